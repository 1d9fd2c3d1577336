package dev.gatun.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.cli.option.ExitCode;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class FailuresTest {
    @Test
    void reportsBugsAsBugs() {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        ExitCode code = Failures.report(
                new IllegalStateException("two\nlines"), false, new PrintStream(err, true, StandardCharsets.UTF_8));
        assertThat(code).isEqualTo(ExitCode.INTERNAL);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .isEqualTo("gatun: internal error: IllegalStateException: two lines:"
                + " this is a bug; please report it with what --trace shows\n");
    }
}

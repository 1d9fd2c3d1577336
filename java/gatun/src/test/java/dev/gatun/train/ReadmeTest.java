package dev.gatun.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.SourceProgram;
import dev.gatun.memory.NoLeaks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The program that the README shows: {@link TrainDigits}, without its package. */
@ExtendWith(NoLeaks.class)
class ReadmeTest {
    private static final Path SOURCE = Path.of("src/test/java/dev/gatun/train/TrainDigits.java");

    private static SourceProgram program() throws IOException {
        return new SourceProgram(
                "TrainDigits", Files.readString(SOURCE).replace("package dev.gatun.train;\n\n", "").strip());
    }

    @Test
    void theProgramCompilesRunsAndLearns(@TempDir Path classes) throws Exception {
        List<String> lines = program().run(classes);
        assertThat(lines).hasSize(3);
        Matcher last = Pattern.compile("epoch 3: test accuracy (0\\.\\d{3})").matcher(lines.getLast());
        assertThat(last.matches()).as(lines.getLast()).isTrue();
        assertThat(Double.parseDouble(Objects.requireNonNull(last.group(1)))).isGreaterThan(0.8);
    }

    @Test
    void theProgramFitsOnAScreen() throws IOException {
        assertThat(program().lines()).isLessThanOrEqualTo(25);
    }

    @Test
    void theReadmeShowsTheProgramAsItIs() throws IOException {
        assertThat(SourceProgram.inReadme("From Java", "TrainDigits")).isEqualTo(program());
    }
}

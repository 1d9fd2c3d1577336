package dev.gatun.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.io.json.Json;
import dev.gatun.memory.NoLeaks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(NoLeaks.class)
class FindRateTest {
    @TempDir
    Path folder;

    @Test
    void suggestsARateAndMakesNoRun() throws IOException {
        Path run = folder.resolve("run");
        Path json = folder.resolve("rates.json");
        Cli cli = Cli.run("train --model mlp --threads 1 --limit 640 --batch-size 16 --find-lr 80 --output " + run
                + " --json " + json);
        assertThat(cli.code()).as(cli.err()).isZero();
        assertThat(cli.line("rate")).contains("the loss falls fastest at ").contains("begin with --lr ");
        assertThat(run).doesNotExist();
        Map<String, Object> found = Json.parseObject(Files.readString(json), "rates");
        assertThat(((Number) Objects.requireNonNull(found.get("suggested_learning_rate"))).doubleValue())
                .isBetween(1e-5, 0.3);
        assertThat((List<?>) found.get("steps")).hasSizeBetween(20, 80);
        Cli few = Cli.run("train --find-lr 9");
        assertThat(few.code()).isEqualTo(2);
        assertThat(few.err()).contains("--find-lr must be at least 10, got 9");
    }
}

package dev.gatun.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gatun.io.json.Json;
import dev.gatun.memory.NoLeaks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A run's recipe repeats it, and so does each of a sweep over seeds. */
@ExtendWith(NoLeaks.class)
class RecipeTest {
    @TempDir
    Path folder;

    @Test
    void repeatsTheRunBitForBit() throws IOException {
        Path data = TinyImages.write(folder.resolve("a folder #1 with \\ and \"quotes\""));
        Path run = folder.resolve("run");
        List<String> options = new ArrayList<>(List.of("train", "--quiet", "--model", "mlp", "--threads", "1",
                "--batch-size", "32", "--epochs", "2", "--data", data.toString(), "--output", run.toString(),
                "--augment", "flip:p=0.3+cutout", "--group", "fc1.*:lr=0.01", "--group", "*.bias:lr=0.5", "--freeze",
                "fc3.[bw]*", "--drop-last", "--sam", "--seed", "-7"));
        assertThat(Cli.run(options.toArray(String[]::new), 0)).isEqualTo(new Cli(0, "", ""));
        Path recipe = run.resolve("recipe.args");
        assertThat(Files.readString(recipe)).contains("--drop-last\n").contains("--schedule \"cosine\"")
                .doesNotContain("--output").doesNotContain("--quiet");
        Path again = folder.resolve("again");
        assertThat(Cli.run("train @" + recipe + " --quiet --output " + again)).isEqualTo(new Cli(0, "", ""));
        for (String file : List.of("config.json", "recipe.args", "checkpoints/step-00000006/model.safetensors")) {
            assertThat(again.resolve(file)).as(file).hasSameBinaryContentAs(run.resolve(file));
        }
        Cli missing = Cli.run("train @" + folder.resolve("none.args"));
        assertThat(missing.code()).isEqualTo(2);
    }

    private static double number(Object json, String... keys) {
        Object value = json;
        for (String key : keys) {
            value = Objects.requireNonNull(((Map<?, ?>) Objects.requireNonNull(value)).get(key), key);
        }
        return ((Number) Objects.requireNonNull(value)).doubleValue();
    }

    @Test
    void severalSeedsAreSeveralRuns() throws IOException {
        Path data = TinyImages.write(folder.resolve("data"));
        String options = "train --quiet --model mlp --threads 1 --batch-size 16 --epochs 1 --data " + data;
        Path json = folder.resolve("results.json");
        assertThat(Cli.run(options + " --seeds 3..5 --output " + folder.resolve("sweep") + " --json " + json))
                .isEqualTo(new Cli(0, "", ""));
        assertThat(Cli.run(options + " --seed 4 --output " + folder.resolve("alone")).code()).isZero();
        String model = "checkpoints/step-00000006/model.safetensors";
        assertThat(folder.resolve("sweep/seed-4").resolve(model))
                .hasSameBinaryContentAs(folder.resolve("alone").resolve(model));
        Map<String, Object> results = Json.parseObject(Files.readString(json), "results");
        List<?> runs = (List<?>) Objects.requireNonNull(results.get("runs"));
        assertThat(runs).hasSize(3);
        double[] losses = runs.stream().mapToDouble(run -> number(Objects.requireNonNull(run), "test_loss")).toArray();
        double mean = Arrays.stream(losses).average().orElseThrow();
        assertThat(number(results, "test_loss", "mean")).isCloseTo(mean, within(1e-12));
        assertThat(number(results, "test_loss", "deviation")).isCloseTo(Math.sqrt(Arrays.stream(losses)
                .map(loss -> (loss - mean) * (loss - mean)).sum() / 2), within(1e-12));
        assertThat(losses[0]).isNotEqualTo(losses[1]);
        assertThat(Cli.run("train @" + folder.resolve("sweep/seed-5/recipe.args") + " --quiet --output "
                + folder.resolve("again")).code()).isZero();
        assertThat(folder.resolve("again").resolve(model))
                .hasSameBinaryContentAs(folder.resolve("sweep/seed-5").resolve(model));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --seeds 1..2 --seed 3    | --seeds does not go with --seed: leave one out
            --seeds 1..2 --find-lr   | --seeds does not go with --find-lr: leave one out
            --seeds 1..x             | '1..x' is no list of seeds, such as 1..5 or 1,2,7
            --seeds 5..1             | seeds are 1 to 1000 numbers, each once, not 0
            --seeds 1,1              | seeds are 1 to 1000 numbers, each once, not 2: [1, 1]
            --seeds 1..99999999999   | seeds are 1 to 1000 numbers, each once, not 1001
            """)
    void refusesOtherSeeds(String options, String message) {
        Cli cli = Cli.run("train " + options);
        assertThat(cli.code()).isEqualTo(2);
        assertThat(cli.err()).contains(message).hasLineCount(1);
    }
}

package dev.gatun.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.memory.NoLeaks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A run's recipe repeats it. */
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
}

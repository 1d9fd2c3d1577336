package dev.gatun.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.io.json.Json;
import dev.gatun.memory.NoLeaks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(NoLeaks.class)
class CompareCommandTest {
    @TempDir
    static Path folder;

    private static Path data;
    private static Path good;
    private static Path bad;

    @BeforeAll
    static void train() throws IOException {
        data = ColourFolders.write(folder.resolve("data"), 1);
        good = train("good", data, " --epochs 8 --image-size 12");
        bad = train("bad", data, " --epochs 1 --lr 1e-30 --init constant:value=0 --image-size 6"); // one answer for all
    }

    private static Path train(String name, Path images, String more) {
        Path run = folder.resolve(name);
        Cli cli = Cli.run("train --model mlp --batch-size 4 --threads 1 --quiet --data " + images + " --output " + run
                + more);
        assertThat(cli.code()).as(cli.err()).isZero();
        return run;
    }

    /** A run that learnt, and one that did not, on images of another size. */
    @Test
    void comparesByAccuracyByClassAndByMcNemarsTest() throws IOException {
        Path json = folder.resolve("comparison.json");
        Cli cli = Cli.run("compare " + bad + " " + good + " --threads 1 --json " + json);
        assertThat(cli.code()).as(cli.err()).isZero();
        Map<String, Object> result = Json.readObject(json);
        Map<String, Object> measured = evaluated(bad);
        assertThat(result).containsEntry("images", 12L).containsEntry("accuracy_b", 1.0)
                .containsEntry("accuracy_a", measured.get("test_accuracy")).containsEntry("only_a_right", 0L);
        long onlyGood = Math.round(12 * (1 - Json.asDouble(measured.get("test_accuracy"))));
        assertThat(result).containsEntry("only_b_right", onlyGood);
        assertThat(Json.asDouble(result.get("mcnemar_p"))).isBetween(
                Math.pow(0.5, (double) onlyGood), Math.pow(0.5, (double) onlyGood - 2));
        assertThat((List<?>) result.get("classes")).hasSize(3);
        assertThat(cli.line("A")).startsWith("A       " + bad + ": mlp after 6 steps, accuracy ");
        assertThat(cli.line("B")).contains("accuracy 100.00 % (12 of 12 images)");
        assertThat(cli.line("red")).matches("red +4 +\\S+ % +100.00 % +\\+\\S+");
        assertThat(cli.line("test")).startsWith("test    A alone is right on 0 images, B alone on " + onlyGood
                + ": McNemar's exact test gives p = ").contains("a significant difference at 5 %");
    }

    @Test
    void passesOverADamagedCheckpoint() throws IOException {
        Path damaged = train("damaged", data, " --epochs 2 --image-size 12");
        Path latest = damaged.resolve("checkpoints/step-00000012/model.safetensors");
        byte[] bytes = Files.readAllBytes(latest);
        bytes[bytes.length - 1] ^= 1;
        Files.write(latest, bytes);
        Cli cli = Cli.run("compare " + damaged + " " + good + " --threads 1");
        assertThat(cli.code()).as(cli.err()).isZero();
        assertThat(cli.err()).hasLineCount(1).contains("step-00000012: ", "; the checkpoint before it is taken");
        assertThat(cli.line("A")).contains("mlp after 6 steps");
    }

    private static Map<String, Object> evaluated(Path run) throws IOException {
        Path json = folder.resolve("evaluated.json");
        assertThat(Cli.run("evaluate " + run + " --threads 1 --json " + json).code()).isZero();
        return Json.readObject(json);
    }

    @Test
    void refusesRunsOfOtherImages() throws IOException {
        Path fewer = ColourFolders.write(folder.resolve("fewer"), 1);
        ColourFolders.image(fewer.resolve("test/red/more.png"), "red", 3, 12);
        Path other = train("other", fewer, " --epochs 1 --image-size 12");
        Cli cli = Cli.run("compare " + good + " " + other + " --threads 1");
        assertThat(cli.code()).isEqualTo(3);
        assertThat(cli.err()).isEqualTo("gatun: " + other + ": its test images, " + fewer + " test, are not those of "
                + good + ", " + data + " test; name the data for both: --data PATH\n");
        assertThat(Cli.run("compare " + good + " " + other + " --threads 1 --data " + data).code()).isZero();
    }

    @Test
    void saysWhatIsMissing() {
        Cli cli = Cli.run("compare " + good + " " + folder.resolve("none"));
        assertThat(cli.code()).isEqualTo(4);
        assertThat(cli.err()).contains("no such folder").hasLineCount(1);
        assertThat(Cli.run("compare " + good).err()).contains("missing required parameter: 'RUN_B'").hasLineCount(1);
    }
}

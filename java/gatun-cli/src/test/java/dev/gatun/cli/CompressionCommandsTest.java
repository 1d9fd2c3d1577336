package dev.gatun.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.io.file.Disk;
import dev.gatun.io.json.Json;
import dev.gatun.memory.NoLeaks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs that begin with a network which compression made. */
@ExtendWith(NoLeaks.class)
class CompressionCommandsTest {
    @TempDir
    static Path folder;

    private static Path base;

    @BeforeAll
    static void train() throws IOException {
        base = folder.resolve("base");
        Cli cli = Cli.run("train --model mlp --epochs 2 --batch-size 16 --threads 1 --quiet --data "
                + TinyImages.write(folder.resolve("data")) + " --output " + base);
        assertThat(cli.code()).as(cli.err()).isZero();
    }

    private static Path folder(String name) {
        return folder.resolve(name + "-" + System.nanoTime());
    }

    private static Cli factorized(Path from, Path to, String options) {
        Cli cli = Cli.run("factorize " + from + " --threads 1 --output " + to + " " + options);
        assertThat(cli.code()).as(cli.err()).isZero();
        return cli;
    }

    private static Map<String, Object> json(Path file) throws IOException {
        return Json.parseObject(Files.readString(file), file.toString());
    }

    @Test
    void aSmallerNetworkIsARunThatIsEvaluatedPredictedExportedAndMadeSmallerAgain() throws IOException {
        Path small = folder("small");
        Path results = folder("small.json");
        Cli cli = factorized(base, small, "--ratio 0.25 --epochs 1 --json " + results);
        assertThat(cli.line("layer")).contains("parameters");
        Map<?, ?> after = (Map<?, ?>) Objects.requireNonNull(json(results).get("after"));
        Map<?, ?> before = (Map<?, ?>) Objects.requireNonNull(json(results).get("before"));
        assertThat((Long) after.get("parameters")).isLessThan((Long) before.get("parameters"));
        assertThat(cli.line("model")).isEqualTo("model   mlp: " + after.get("parameters") + " parameters");

        assertThat(Cli.run("evaluate " + small + " --threads 1").line("test")).isNotEmpty()
                .isEqualTo(cli.line("test").replaceFirst(", after.*", ""));
        Path onnx = folder("small.onnx");
        assertThat(Cli.run("export " + small + " --format onnx --output " + onnx).code()).isZero();
        assertThat(Files.size(onnx)).isLessThan(4 * (Long) Objects.requireNonNull(before.get("parameters")));
        assertThat(factorized(small, folder("smaller"), "--ratio 0.5 --epochs 0").line("after"))
                .isNotEqualTo(cli.line("after"));
    }

    @Test
    void aNetworkThatIsTrainedLaterIsSavedAsItIsAndGoesOn() {
        Path later = folder("later");
        Cli saved = factorized(base, later, "--energy 1 --epochs 0 --ignore *");
        assertThat(saved.line("saved")).endsWith("step-00000000");
        assertThat(saved.line("test").replaceFirst(", after.*", "")) // nothing was factorized
                .isEqualTo(Cli.run("evaluate " + base + " --threads 1").line("test"));
        Cli resumed = Cli.run("train --resume " + later + " --epochs 2");
        assertThat(resumed.code()).as(resumed.err()).isZero();
        assertThat(resumed.line("run")).contains("goes on after step 0");
        assertThat(resumed.line("epoch 2/2")).isNotEmpty();
    }

    /** The bytes of a run do not depend on where it was stopped. */
    @Test
    void aStoppedRunEndsInTheSameBytes() throws IOException {
        Path whole = folder("whole");
        factorized(base, whole, "--ratio 0.25 --epochs 2");
        Path stopped = folder("stopped");
        factorized(base, stopped, "--ratio 0.25 --epochs 0");
        Cli resumed = Cli.run("train --resume " + stopped + " --epochs 2");
        assertThat(resumed.code()).as(resumed.err()).isZero();
        assertThat(Files.readAllBytes(latest(stopped))).isEqualTo(Files.readAllBytes(latest(whole)));
    }

    private static Path latest(Path run) throws IOException {
        try (var checkpoints = Files.list(run.resolve("checkpoints"))) {
            return checkpoints.filter(path -> path.getFileName().toString().startsWith("step-")).sorted()
                    .reduce((_, last) -> last).orElseThrow().resolve("model.safetensors");
        }
    }

    @Test
    void aRunWithoutACheckpointGoesOnFromItsFirstValues() throws IOException {
        Path run = folder("killed");
        factorized(base, run, "--ratio 0.25 --epochs 0");
        deleteCheckpoints(run);
        Cli resumed = Cli.run("train --resume " + run);
        assertThat(resumed.code()).as(resumed.err()).isZero();

        Path other = folder("other");
        factorized(base, other, "--ratio 0.25 --epochs 0");
        deleteCheckpoints(other);
        Path values = other.resolve("network.safetensors");
        Files.copy(latest(run), values, StandardCopyOption.REPLACE_EXISTING);
        Cli refused = Cli.run("train --resume " + other);
        assertThat(refused.code()).isEqualTo(5);
        assertThat(refused.err()).contains("network.safetensors: it is not the file that the run began with")
                .hasLineCount(1);
    }

    private static void deleteCheckpoints(Path run) throws IOException {
        Disk.delete(run.resolve("checkpoints"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "--energy 0|--energy: the energy of a low rank is above 0 and at most 1, got 0.0",
        "--energy 0.5 --ratio 0.5|--energy and --ratio both say the rank: leave one out",
        "--ignore fc9|did you mean \"fc1\"?",
        "--epochs -1|--epochs must be at least 0, got -1",
        "--lr 0|--lr must be a number above 0, got 0.0",
    })
    void badOptionsAreRefusedInOneLine(String options, String message) {
        Path out = folder("none");
        Cli cli = Cli.run("factorize " + base + " --output " + out + " " + options);
        assertThat(cli.code()).isEqualTo(2);
        assertThat(cli.err()).contains(message).hasLineCount(1);
        assertThat(out).doesNotExist();
    }

    @Test
    void dataOfOtherClassesAndCheckpointsOutsideARunAreRefused() throws IOException {
        Path out = folder("none");
        Cli digits = Cli.run("factorize " + base + " --data " + TinyImages.write(folder("d")).resolve("train")
                + " --output " + out);
        assertThat(digits.code()).isNotZero();
        assertThat(digits.err()).hasLineCount(1);
        Path alone = folder("alone");
        Files.createDirectories(alone);
        Cli outside = Cli.run("factorize " + alone + " --output " + out);
        assertThat(outside.code()).isEqualTo(2);
        assertThat(outside.err()).contains("it belongs to no run").hasLineCount(1);
    }

    @Test
    void aPipelineRunsItsStagesOnceAndComparesThem() throws IOException {
        Path recipe = folder("recipe.json");
        Files.writeString(recipe, Json.write(Map.of("run", base.toString(), "stages", List.of(
                Map.of("factorize", Map.of("ratio", 0.5, "epochs", 1L)),
                Map.of("factorize", Map.of("ratio", 0.5, "epochs", 0L, "ignore", List.of("fc1", "fc1.in")))))));
        Path out = folder("pipeline");
        Path figures = folder("figures.json");
        String command = "compress " + recipe + " --threads 1 --sensitivity 8 --output " + out;
        Cli first = Cli.run(command + " --json " + figures);
        assertThat(first.code()).as(first.err()).isZero();
        List<?> stages = (List<?>) Objects.requireNonNull(json(figures).get("stages"));
        assertThat(stages).hasSize(3).allSatisfy(stage -> assertThat(((Map<?, ?>) stage).keySet().stream()
                .map(String::valueOf)).contains("stage", "test_accuracy", "parameters", "macs", "onnx_bytes",
                        "images_per_second_batch_1"));
        assertThat(stages.stream().map(stage -> (Long) ((Map<?, ?>) stage).get("onnx_bytes")).toList())
                .isSortedAccordingTo(Comparator.reverseOrder());
        String page = Files.readString(out.resolve("report.html"));
        assertThat(page).contains("Accuracy against size").contains("Sensitivity").contains("2 factorize")
                .doesNotContain("http://").doesNotContain("src=\"");

        Cli again = Cli.run(command);
        assertThat(again.code()).as(again.err()).isZero();
        assertThat(again.out()).contains("stage   1 of 2, factorize: done before")
                .contains("stage   2 of 2, factorize: done before").doesNotContain("epoch 1/1");

        // A stage that was stopped goes on; one that had no checkpoint yet begins anew, and nothing is deleted.
        Path state = out.resolve("pipeline.json");
        Files.writeString(state, Files.readString(state).replaceFirst("\"done\"\\s*:\\s*2", "\"done\": 1"));
        deleteCheckpoints(out.resolve("2-factorize"));
        Cli third = Cli.run(command);
        assertThat(third.code()).as(third.err()).isZero();
        assertThat(third.out()).contains("stage   1 of 2, factorize: done before").contains("saved");
        assertThat(out.resolve("2-factorize.stopped-1")).isDirectory();

        Files.writeString(recipe, Files.readString(recipe).replace("0.5", "0.6"));
        Cli other = Cli.run(command);
        assertThat(other.code()).isEqualTo(2);
        assertThat(other.err()).contains("it holds the stages of another recipe").hasLineCount(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{}|\"run\" is no text",
        "{\"run\":\"base\"}|\"stages\" is no list of stages",
        "{\"run\":\"base\",\"stages\":[]}|\"stages\" is no list of stages",
        "{\"run\":\"base\",\"stages\":[{\"prun\":{}}]}|stage 1: 'prun' is none of prune",
        "{\"run\":\"base\",\"stages\":[{\"prune\":1}]}|stage 1 is no object of one command and its options",
        "{\"run\":\"base\",\"stages\":[{\"prune\":{\"--x\":1}}]}|is no name of an option",
        "{\"run\":\"base\",\"stages\":[{\"prune\":{\"output\":1}}]}|which the pipeline gives itself",
        "{\"run\":\"base\",\"stages\":[{\"prune\":{\"x\":{}}}]}|is none of a number, a text",
        "{\"rn\":\"base\"}|did you mean run?",
        "{|end-of-input",
    })
    void badRecipesAreRefusedInOneLine(String text, String message) throws IOException {
        Path recipe = folder("bad.json");
        Files.writeString(recipe, text);
        Cli cli = Cli.run("compress " + recipe + " --output " + folder("none"));
        assertThat(cli.code()).isEqualTo(2);
        assertThat(cli.err()).contains(message).hasLineCount(1);
    }
}

package dev.gatun.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.io.SafetensorsFile;
import dev.gatun.io.file.Disk;
import dev.gatun.io.json.Json;
import dev.gatun.memory.NoLeaks;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
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
import org.junit.jupiter.params.provider.ValueSource;

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
    @ValueSource(strings = {"--target-macs 0.5", "--ratio 0.5", "--ratio fc1=0.75,0.25 --importance taylor",
        "--ratio 0.4 --scope global --importance l1 --round-to 8", "--importance random --ignore fc2 --minimum 0.3"})
    void channelsArePrunedAndTheNetworkIsSmaller(String options) throws IOException {
        Path small = folder("narrow");
        Path results = folder("narrow.json");
        Cli cli = Cli.run("prune " + base + " --structured --threads 1 --epochs 1 --output " + small + " --json "
                + results + " " + options);
        assertThat(cli.code()).as(cli.err()).isZero();
        assertThat(cli.line("layer")).isEqualTo("layer   fc3: 3 of 3 channels, as they are the output \"scores\"");
        Map<String, Object> json = json(results);
        Map<?, ?> before = (Map<?, ?>) Objects.requireNonNull(json.get("before"));
        Map<?, ?> after = (Map<?, ?>) Objects.requireNonNull(json.get("after"));
        long macs = (Long) Objects.requireNonNull(after.get("macs"));
        assertThat(macs).isLessThan((Long) Objects.requireNonNull(before.get("macs")));
        if (options.contains("target-macs")) {
            assertThat(macs).isLessThanOrEqualTo((Long) Objects.requireNonNull(before.get("macs")) / 2);
        }
        assertThat(Cli.run("evaluate " + small + " --threads 1").line("test")).isNotEmpty()
                .isEqualTo(cli.line("test").replaceFirst(", after.*", ""));
        assertThat(Cli.run("train --resume " + small + " --epochs 2").code()).isZero();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "prune BASE|what to prune is missing",
        "prune BASE --structured --ratio 1|pruning: ratio must lie in [0, 1), got 1.0, which would prune everything",
        "prune BASE --structured --ratio 0.5 --target-macs 0.5|--target-macs and --ratio each say how much goes",
        "prune BASE --structured --ratio fc1=x|--ratio: 'x' is no number",
        "prune BASE --structured --ignore fc4|no layer",
        "prune BASE --structured --target-macs 0.0000001|pruning can reach",
        "prune BASE --structured --importance tailor|did you mean taylor?",
        "prune BASE --sparsity magnitude --structured|--structured removes channels, --sparsity makes weights zero",
        "prune BASE --sparsity magnitude --ratio 0.5|--ratio is for --structured",
        "prune BASE --sparsity magnitude --ignore fc1|--ignore is for --structured",
        "prune BASE --sparsity magnitude --epochs 0|--epochs must be at least 1",
        "prune BASE --sparsity magnitud|did you mean \"magnitude\"?",
        "quantize BASE --bits 9|a quantized weight has 2 to 8 bits, got 9",
        "quantize BASE --dynamic --affine|leave out one of both",
        "quantize BASE --observer max|'max' is none of min_max",
        "quantize BASE --ignore fc8|did you mean \"fc1\"?",
        "quantize BASE --calibration 0|--calibration must be at least 1, got 0",
        "quantize BASE --weights binary02|there is no quantizer \"binary02\"; did you mean \"binary01\"?",
        "quantize BASE --weights ttq:bits=2|ttq has only the option threshold",
        "quantize BASE --weights dorefa:bits=9|the bits of dorefa: 1 to 8 wanted, got 9",
        "quantize BASE --weights ternary --bits 4|--bits is for integers: leave it out, or --weights",
        "quantize BASE --weights ternary --dynamic|--dynamic is for integers: leave it out, or --weights",
        "quantize BASE --weights ternary --activation-bits 9|the bits of activations are 1 to 8",
        "quantize BASE --weights ternary --activation-bits 0|--activation-bits must be at least 1, got 0",
        "quantize BASE --weights ternary --ignore fc2|no weight is left to quantize",
        "quantize BASE --weights ternary --ignore fc8|did you mean \"fc1\"?",
        "quantize BASE --first-and-last|--first-and-last is for --weights",
        "distill --teacher BASE|a student is missing",
        "distill BASE --teacher BASE --model mlp|a student is named twice",
        "distill BASE --teacher BASE --epochs 0|--epochs must be at least 1 for a student to learn",
        "distill BASE --teacher BASE --distill at:layers=fc9|did you mean \"fc1\"?",
    })
    void whatCannotBeCompressedIsRefusedInOneLine(String command, String message) {
        Path out = folder("none");
        Cli cli = Cli.run(command.replace("BASE", base.toString()) + " --output " + out);
        assertThat(cli.code()).as(cli.err()).isEqualTo(2);
        assertThat(cli.err()).contains(message).hasLineCount(1);
        assertThat(out).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "--affine --observer percentile", "--bits 4 --learn-scales --epochs 1",
        "--dynamic --weight-bits 5", "--ignore fc1 --per-tensor --calibration 16 --observer mse"})
    void aNetworkIsRoundedToIntegers(String options) throws IOException {
        Path rounded = folder("rounded");
        Path results = folder("rounded.json");
        Cli cli = Cli.run(("quantize " + base + " --threads 1 --output " + rounded + " --json " + results + " "
                + options).strip());
        assertThat(cli.code()).as(cli.err()).isZero();
        assertThat(cli.line("rounded")).contains(options.contains("ignore") ? "2 of 3 layers" : "3 of 3 layers");
        assertThat(cli.line("in f32")).isEqualTo(options.contains("ignore") ? "in f32  fc1: it is to stay in f32" : "");
        assertThat((List<?>) json(results).get("layers")).hasSize(3);
        assertThat(Cli.run("evaluate " + rounded + " --threads 1").line("test")).isNotEmpty()
                .isEqualTo(cli.line("test").replaceFirst(", after.*", ""));
        Path onnx = folder("rounded.onnx");
        assertThat(Cli.run("export " + rounded + " --format onnx --output " + onnx).code()).isZero();
        Path whole = folder("whole.onnx");
        assertThat(Cli.run("export " + base + " --format onnx --output " + whole).code()).isZero();
        assertThat((double) Files.size(onnx) / Files.size(whole)).isLessThan(options.contains("ignore") ? 0.9 : 0.3);
        Cli twice = Cli.run("quantize " + rounded + " --output " + folder("twice"));
        assertThat(twice.code()).isEqualTo(2);
        assertThat(twice.err()).contains("the network is quantized already, at").hasLineCount(1);
        assertThat(Cli.run("train --resume " + rounded + " --epochs 2").code()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"binary --epochs 1", "binary01 --epochs 1 --first-and-last", "ternary --epochs 0",
        "ttq --epochs 1", "pow2:bits=3 --epochs 1", "dorefa:bits=2 --activation-bits 3 --epochs 1",
        "largest:share=0.3 --epochs 1"})
    void weightsOfFewValuesAreTrainedMeasuredAndExported(String options) throws IOException {
        Path few = folder("few");
        Path results = folder("few.json");
        Cli cli = Cli.run("quantize " + base + " --threads 1 --output " + few + " --json " + results + " --weights "
                + options);
        assertThat(cli.code()).as(cli.err()).isZero();
        assertThat(cli.line("weights")).contains(options.replaceFirst("[: ].*", "")).endsWith(
                options.contains("last") ? " in fc1, fc2, fc3" : " in fc2");
        assertThat((List<?>) json(results).get("layers")).hasSize(options.contains("last") ? 3 : 1);
        assertThat(Cli.run("evaluate " + few + " --threads 1").line("test")).isNotEmpty()
                .isEqualTo(cli.line("test").replaceFirst(", after.*", ""));
        Path onnx = folder("few.onnx");
        assertThat(Cli.run("export " + few + " --format onnx --output " + onnx).code()).isZero();
        assertThat(Files.readString(onnx, StandardCharsets.ISO_8859_1)).contains("fc2.computed")
                .doesNotContain("fc2.weight");
        Path image = folder.resolve("image.png");
        ColourFolders.image(image, ColourFolders.CLASSES.getFirst(), 1, 12);
        Cli predicted = Cli.run("predict " + few + " " + image);
        assertThat(predicted.code()).as(predicted.err()).isZero();
        Cli twice = Cli.run("quantize " + few + " --weights binary --output " + folder("twice"));
        assertThat(twice.code()).isEqualTo(2);
        assertThat(twice.err()).contains("the network is quantized already, at fc").hasLineCount(1);
        assertThat(Cli.run("train --resume " + few + " --epochs 2").code()).isZero();
    }

    @Test
    void weightsThatBecameZeroStayZeroInLaterTraining() throws IOException {
        Path sparse = folder("sparse");
        Cli cli = Cli.run("prune " + base + " --sparsity magnitude,sparsity=0.75 --epochs 2 --threads 1 --output "
                + sparse);
        assertThat(cli.code()).as(cli.err()).isZero();
        double zeros = zeros(latest(sparse));
        assertThat(zeros).isBetween(0.74, 0.76);
        Path later = folder("later");
        Cli again = Cli.run("prune " + sparse + " --sparsity zeros --epochs 1 --threads 1 --output " + later);
        assertThat(again.code()).as(again.err()).isZero();
        assertThat(zeros(latest(later))).isEqualTo(zeros);
    }

    /** Of the weights, the share that is zero. */
    private static double zeros(Path file) {
        long zeros = 0;
        long all = 0;
        try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
            for (String name : tensors.names()) {
                if (name.endsWith(".weight")) {
                    float[] values = new float[Math.toIntExact(tensors.shape(name).elements())];
                    tensors.readFloats(name, 0, MemorySegment.ofArray(values));
                    for (float value : values) {
                        zeros += value == 0 ? 1 : 0;
                        all++;
                    }
                }
            }
        }
        return (double) zeros / all;
    }

    @Test
    void aStudentOfTheZooLearnsOnItsTeachersData() {
        Path student = folder("student");
        Cli cli = Cli.run("distill --teacher " + base + " --model lenet --epochs 1 --batch-size 16 --threads 1"
                + " --distill labels:weight=0.5+logits:weight=0.5 --output " + student);
        assertThat(cli.code()).as(cli.err()).isZero();
        assertThat(cli.line("data")).startsWith("data    " + folder.resolve("data"));
        assertThat(cli.line("distilled")).contains("teacher " + base);
        assertThat(Cli.run("evaluate " + student + " --threads 1").line("model")).contains("lenet");
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

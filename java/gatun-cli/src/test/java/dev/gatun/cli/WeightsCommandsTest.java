package dev.gatun.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.backend.Backends;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.data.image.DataSource;
import dev.gatun.data.image.DataSplit;
import dev.gatun.data.image.DigitsOptions;
import dev.gatun.io.CheckpointStore;
import dev.gatun.io.SafetensorsFile;
import dev.gatun.io.Sha256;
import dev.gatun.io.json.Json;
import dev.gatun.memory.NoLeaks;
import dev.gatun.model.Model;
import dev.gatun.nn.Layers;
import dev.gatun.op.UnaryBackward;
import dev.gatun.op.function.UnaryFunction;
import dev.gatun.train.Trainer;
import dev.gatun.train.TrainingOptions;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Weights go out of a run and into another. */
@ExtendWith(NoLeaks.class)
class WeightsCommandsTest {
    private static final String LAST = "checkpoints/step-00000003";

    @TempDir
    static Path folder;

    private static String options;
    private static Path first;
    private static Path weights;

    @BeforeAll
    static void trainAndExport() throws IOException {
        options = " --epochs 1 --threads 2 --batch-size 32 --data " + TinyImages.write(folder.resolve("data"));
        first = folder.resolve("first");
        assertThat(Cli.run("train --quiet" + options + " --model resnet20 --output " + first).code()).isZero();
        weights = folder.resolve("weights.safetensors");
        Cli export = Cli.run("export " + first + " --format safetensors --output " + weights);
        assertThat(export.err()).isEmpty();
        assertThat(export.code()).isZero();
        assertThat(export.line("weights")).isEqualTo("weights 128 tensors of " + first.resolve(LAST));
        assertThat(export.line("written")).isEqualTo("written " + weights);
    }

    private static Map<String, byte[]> tensors(Path file) {
        Map<String, byte[]> tensors = new LinkedHashMap<>();
        try (SafetensorsFile open = SafetensorsFile.open(file)) {
            for (String name : open.names()) {
                byte[] bytes = new byte[(int) open.bytes(name)];
                open.read(name, MemorySegment.ofArray(bytes));
                tensors.put(name, bytes);
            }
        }
        return tensors;
    }

    @Test
    void theFileHoldsTheTensorsOfTheCheckpoint() {
        Map<String, byte[]> expected = tensors(first.resolve(LAST).resolve("model.safetensors"));
        Map<String, byte[]> found = tensors(weights);
        assertThat(found.keySet()).isEqualTo(expected.keySet()).contains("layer3.0.downsample.1.num_batches_tracked");
        found.forEach((name, bytes) -> assertThat(bytes).as(name).isEqualTo(expected.get(name)));
        assertThat(found.get("bn1.num_batches_tracked")).containsExactly(3, 0, 0, 0, 0, 0, 0, 0);
    }

    @Test
    void aGraphGoesOutAsOnnxWithItsWeights() throws IOException {
        Path file = folder.resolve("model.onnx");
        Cli export = Cli.run("export " + first + " --format onnx --output " + file);
        assertThat(export.err()).isEmpty();
        assertThat(export.code()).isZero();
        assertThat(Files.size(file)).isGreaterThan(Files.size(weights) * 9 / 10); // the counters of batches stay here
        assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                .contains("layer3.0.downsample.0.weight", "Conv", "probabilities", "logits");
    }

    /** torchvision's files are of the standard stem, and small images are trained on with the other. */
    @Test
    void weightsOfTheOtherStemAreToldFromThoseOfAnotherModel() {
        Path run = folder.resolve("standard");
        String train = "train --quiet --limit 32 --model resnet18" + options;
        assertThat(Cli.run(train + " --stem standard --output " + run).code()).isZero();
        Path file = folder.resolve("standard.safetensors");
        assertThat(Cli.run("export " + run + " --output " + file).code()).isZero();
        Cli refused = Cli.run(train + " --weights " + file + " --weights-part body --output " + folder.resolve("no"));
        assertThat(refused.code()).isEqualTo(5);
        assertThat(refused.err()).contains(file + " fits resnet18 with --stem standard").hasLineCount(1)
                .contains("add --stem standard, or another --image-size");
        assertThat(Cli.run(train + " --weights " + file + " --stem standard --output " + folder.resolve("yes")).code())
                .isZero();
    }

    @Test
    void anOutputThatTheModelHasNotIsRefused() {
        Path file = folder.resolve("none.onnx");
        Cli export = Cli.run("export " + first + " --format onnx --value scores --output " + file);
        assertThat(export.code()).isEqualTo(2);
        assertThat(export.err()).contains("--value scores: the model has the outputs probabilities");
        assertThat(file).doesNotExist();
    }

    /** The gradient of a ReLU, which a layer of one's own may compute and no layer of the library does. */
    @Test
    void anOperationWithoutAFormInOnnxIsNamed() {
        Model model = new Model("gated", 1, 28, 28, 10, Layers.sequential(Layers.flatten(),
                (graph, name, x) -> graph.apply(name, new UnaryBackward(UnaryFunction.RELU), x, x),
                Layers.linear(10)));
        Path checkpoint;
        try (DataSplit digits = DataSource.digits(DigitsOptions.defaults().withTrain(8).withTest(8));
                Device device = Backends.open("cpu", DeviceOptions.defaults().withThreads(1));
                Trainer trainer = new Trainer(
                        model, digits, device, TrainingOptions.defaults().withEpochs(1).withBatchSize(8))) {
            checkpoint = new CheckpointStore(folder.resolve("gated")).write(0, trainer.checkpoint());
        }
        Path file = folder.resolve("gated.onnx");
        Cli export = Cli.run("export " + checkpoint + " --format onnx --output " + file);
        assertThat(export.code()).isEqualTo(5);
        assertThat(export.err()).startsWith("gatun: operation 1 (relu_backward)").contains("has no form in ONNX")
                .hasLineCount(1);
        assertThat(file).doesNotExist();
    }

    /** A first step so short that what was loaded stays, a cut, and the rest without the file. */
    @Test
    void aRunBeginsWithThemAndGoesOnWithoutThem() throws IOException {
        Path file = Files.copy(weights, folder.resolve("gone.safetensors"));
        String train = "train" + options + " --model resnet20 --weights " + file + " --lr 1e-30 --weight-decay 0";
        Path whole = folder.resolve("whole");
        Cli trained = Cli.run(train + " --output " + whole);
        assertThat(trained.err()).isEmpty();
        assertThat(trained.code()).isZero();
        assertThat(trained.line("weights")).isEqualTo("weights " + file + ": 107 tensors taken");
        Map<String, byte[]> after = tensors(whole.resolve(LAST).resolve("model.safetensors"));
        assertThat(after.get("layer1.0.conv1.weight")).isEqualTo(tensors(weights).get("layer1.0.conv1.weight"));
        assertThat(after.get("bn1.num_batches_tracked")).startsWith(6, 0); // three before, three here
        assertThat(Json.readObject(whole.resolve("config.json")).get("weights")).isEqualTo(
                Map.of("file", file.toString(), "part", "whole", "sha256", Sha256.of(file)));
        Path cut = folder.resolve("cut");
        assertThat(Cli.run(train + " --stop-after-steps 1 --output " + cut).code()).isEqualTo(130);
        Files.delete(file);
        assertThat(Cli.run("train --quiet --resume " + cut)).isEqualTo(new Cli(0, "", ""));
        assertThat(cut.resolve(LAST).resolve("model.safetensors"))
                .hasSameBinaryContentAs(whole.resolve(LAST).resolve("model.safetensors"));
    }

    @Test
    void aRunWithoutACheckpointYetReadsTheSameFileAgain() throws IOException {
        Path file = Files.copy(weights, folder.resolve("changes.safetensors"));
        Path run = folder.resolve("uncheckpointed");
        assertThat(Cli.run("train --quiet" + options + " --model resnet20 --weights " + file + " --output " + run)
                .code()).isZero();
        byte[] expected = Files.readAllBytes(run.resolve(LAST).resolve("model.safetensors"));
        delete(run.resolve("checkpoints"));
        assertThat(Cli.run("train --quiet --resume " + run)).isEqualTo(new Cli(0, "", ""));
        assertThat(run.resolve(LAST).resolve("model.safetensors")).hasBinaryContent(expected);
        delete(run.resolve("checkpoints"));
        byte[] content = Files.readAllBytes(file);
        content[content.length - 1]++;
        Files.write(file, content);
        Cli refused = Cli.run("train --quiet --resume " + run);
        assertThat(refused.code()).isEqualTo(5);
        assertThat(refused.err()).matches("gatun: \\Q" + file + "\\E: its SHA-256 is \\p{XDigit}{64}, but was"
                + " \\p{XDigit}{64} when the run began: put the same file there, or start a new run\n");
    }

    private static void delete(Path path) throws IOException {
        try (Stream<Path> all = Files.walk(path)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }

    @Test
    void badFilesAreRefusedBeforeAnythingIsCompiled() throws IOException {
        Path pickle = Files.writeString(folder.resolve("model.pth"), "PK\003\004\0\0\0\0");
        for (List<String> bad : List.of(
                List.of("lenet", weights.toString(), "does not fit the model: missing: conv1.bias, conv2.weight,"
                        + " conv2.bias, fc1.weight and 5 more; unexpected: "),
                List.of("resnet20", folder + "/none", "cannot read " + folder + "/none: no such file or folder"),
                List.of("resnet20", pickle.toString(), "it looks like a pickle of PyTorch's"))) {
            Path run = folder.resolve("refused");
            Cli cli = Cli.run("train" + options + " --model " + bad.get(0) + " --weights " + bad.get(1) + " --output "
                    + run);
            assertThat(cli.code()).isEqualTo(5);
            assertThat(cli.err()).contains(bad.get(2)).hasLineCount(1);
            assertThat(run).doesNotExist();
        }
    }

    @Test
    void exportsNameWhatIsInTheWay() {
        Cli none = Cli.run("export " + folder.resolve("nothing") + " --output " + folder.resolve("x"));
        assertThat(none.code()).isEqualTo(4);
        assertThat(none.err()).hasLineCount(1);
        Cli into = Cli.run("export " + first + " --output " + folder);
        assertThat(into.code()).isEqualTo(4);
        assertThat(into.err()).contains("cannot write " + folder + ": it is a folder: name a file in it")
                .hasLineCount(1);
    }

    @Test
    void namesPatternsThatMatchNothing() {
        Cli none = Cli.run("train --model mlp --freeze layer[1.*");
        assertThat(none.code()).isEqualTo(2);
        assertThat(none.err()).contains("--freeze: 'layer[1.*' is no pattern of names: a [ is not closed");
        Cli unknown = Cli.run("train --model mlp --limit 64 --group head.*:lr=0.1");
        assertThat(unknown.code()).isEqualTo(2);
        assertThat(unknown.err()).contains("no parameter is called 'head.*'; there are [").hasLineCount(1);
        Cli all = Cli.run("train --model mlp --limit 64 --freeze *");
        assertThat(all.code()).isEqualTo(2);
        assertThat(all.err()).contains("parameters are frozen, so that none is trained").hasLineCount(1);
    }
}

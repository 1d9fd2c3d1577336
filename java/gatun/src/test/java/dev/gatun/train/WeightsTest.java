package dev.gatun.train;

import static dev.gatun.nn.Layers.batchNorm;
import static dev.gatun.nn.Layers.conv2d;
import static dev.gatun.nn.Layers.flatten;
import static dev.gatun.nn.Layers.globalAvgPool;
import static dev.gatun.nn.Layers.linear;
import static dev.gatun.nn.Layers.relu;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gatun.backend.Device;
import dev.gatun.backend.OnEachDevice;
import dev.gatun.backend.TestDevices;
import dev.gatun.data.image.DataSource;
import dev.gatun.data.image.DataSplit;
import dev.gatun.data.image.DigitsOptions;
import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.io.CheckpointException;
import dev.gatun.io.CheckpointStore;
import dev.gatun.io.LoadedCheckpoint;
import dev.gatun.io.NamedTensor;
import dev.gatun.io.Safetensors;
import dev.gatun.io.SafetensorsFile;
import dev.gatun.memory.NoLeaks;
import dev.gatun.model.Model;
import dev.gatun.model.Models;
import dev.gatun.nn.BatchNorm;
import dev.gatun.nn.Bias;
import dev.gatun.nn.Dense;
import dev.gatun.nn.Initializers;
import dev.gatun.nn.Layers;
import dev.gatun.nn.Sequential;
import dev.gatun.nn.loss.Losses;
import dev.gatun.optim.Optimizer;
import dev.gatun.optim.OptimizerOptions;
import dev.gatun.shape.DType;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import dev.gatun.update.rule.SgdHyperparameters;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** State dicts of a small network: PyTorch's own, and damaged ones. */
@ExtendWith(NoLeaks.class)
class WeightsTest {
    private static final int BATCH = 2;

    @TempDir
    Path folder;

    private static void describe(GraphBuilder graph, BatchNorm normalization, int classes) {
        Value logits = Sequential.empty().then("conv1", conv2d(4, 3).padding(1).withoutBias())
                .then("bn1", normalization).then("relu", relu()).then("pool", globalAvgPool())
                .then("flatten", flatten()).then("fc", linear(classes))
                .apply(graph, "", graph.input("images", TensorType.f32(BATCH, 2, 5, 5)));
        graph.output("logits", logits);
        graph.output("loss", Losses.crossEntropy(graph, "loss", logits, graph.input("labels",
                TensorType.i32(BATCH))));
    }

    private static Network network(Device device) {
        return network(device, batchNorm(), 3);
    }

    private static Network network(Device device, BatchNorm normalization, int classes) {
        return Network.training(device, "loss", graph -> describe(graph, normalization, classes));
    }

    private static void train(Network network, int steps) {
        float[] images = new float[BATCH * 50];
        for (int i = 0; i < images.length; i++) {
            images[i] = (i * 7 % 11) / 5f - 1;
        }
        for (int step = 0; step < steps; step++) {
            network.set("images", images).set("labels", 0, 1).forward().backward();
        }
    }

    private Path resource(String name) throws IOException {
        Path file = folder.resolve(name);
        try (InputStream in = Objects.requireNonNull(
                WeightsTest.class.getResourceAsStream("/dev/gatun/train/" + name))) {
            Files.write(file, in.readAllBytes());
        }
        return file;
    }

    private float[] figures(String name) throws IOException {
        return Files.readString(resource("net.txt"), StandardCharsets.UTF_8).lines()
                .filter(line -> line.startsWith(name + " ")).map(line -> line.substring(name.length() + 1).split(" "))
                .map(words -> {
                    float[] values = new float[words.length];
                    for (int i = 0; i < words.length; i++) {
                        values[i] = Float.parseFloat(words[i]);
                    }
                    return values;
                }).findFirst().orElseThrow();
    }

    /** Writes the tensors of a network's file with some changed; without those that become null. */
    private Path changed(Map<String, float[]> changes) {
        Map<String, NamedTensor> tensors = new LinkedHashMap<>();
        try (Device device = TestDevices.open(TestDevices.ORACLE); Network network = network(device)) {
            network.variables().slots().forEach(slot -> {
                String name = slot.variable().name();
                float[] values = network.variables().read(name);
                Arrays.fill(values, 0.5f);
                tensors.put(name, tensor(name, slot.variable().shape(), values));
            });
        }
        changes.forEach((name, values) -> {
            if (values.length == 0) {
                tensors.remove(name);
            } else {
                NamedTensor before = tensors.get(name);
                Shape shape = before == null ? Shape.of() : before.type().shape();
                tensors.put(name, tensor(name, shape.elements() == values.length ? shape : Shape.of(values.length),
                        values));
            }
        });
        return write(List.copyOf(tensors.values()));
    }

    private Path write(List<NamedTensor> tensors) {
        Path file = folder.resolve("changed-" + System.nanoTime() + ".safetensors");
        Safetensors.write(file, tensors, Map.of());
        return file;
    }

    private static NamedTensor tensor(String name, Shape shape, float[] values) {
        return new NamedTensor(name, new TensorType(DType.F32, shape), MemorySegment.ofArray(values));
    }

    @ParameterizedTest
    @OnEachDevice
    void logitsAreThoseOfPyTorch(String name) throws IOException {
        try (Device device = TestDevices.open(name);
                Network trained = network(device);
                Network network = Network.inference(device, graph -> describe(graph, batchNorm(), 3), trained)) {
            WeightsReport report = Weights.load(resource("net.safetensors"), trained, WeightsPart.WHOLE);
            assertThat(report.fits()).isTrue();
            assertThat(report.text()).isEqualTo("7 tensors taken");
            float[] image = figures("image");
            float[] images = Arrays.copyOf(image, 2 * image.length);
            float[] logits = network.set("images", images).set("labels", 0, 0).forward().read("logits");
            float[] expected = figures("logits");
            for (int i = 0; i < expected.length; i++) {
                assertThat(logits[i]).isCloseTo(expected[i], within(1e-6f));
            }
        }
    }

    @ParameterizedTest
    @OnEachDevice({"f16 | 0x1p-11", "bf16 | 0x1p-8", "f64 | 0"})
    void otherTypesAreConverted(String backend, String type, double unit) throws IOException {
        try (Device device = TestDevices.open(backend); Network network = network(device)) {
            Weights.load(resource("net.safetensors"), network, WeightsPart.WHOLE);
            float[] expected = network.variables().read("conv1.weight");
            network.initialize(5);
            Weights.load(resource("net-" + type + ".safetensors"), network, WeightsPart.WHOLE);
            float[] values = network.variables().read("conv1.weight");
            int different = 0;
            for (int i = 0; i < values.length; i++) {
                assertThat(values[i]).isCloseTo(expected[i], within((float) (Math.abs(expected[i]) * unit)));
                different += values[i] == expected[i] ? 0 : 1;
            }
            assertThat(different > 0).isEqualTo(unit > 0);
        }
    }

    /** Three batches in PyTorch, two here; then through a checkpoint, and one more. */
    @ParameterizedTest
    @OnEachDevice
    void countersOfBatchesGoOn(String name) throws IOException {
        try (Device device = TestDevices.open(name); Network network = network(device)) {
            train(network, 1);
            Weights.load(resource("net.safetensors"), network, WeightsPart.WHOLE);
            train(network, 2);
            assertThat(saved(network)).isEqualTo(5);
            CheckpointStore store = new CheckpointStore(folder);
            store.write(2, network.checkpoint());
            try (Network other = network(device); LoadedCheckpoint checkpoint = CheckpointStore.read(folder)) {
                other.restore(checkpoint);
                train(other, 1);
                assertThat(saved(other)).isEqualTo(6);
                other.initialize(1);
                assertThat(saved(other)).isZero();
                Path file = folder.resolve("checkpoint.safetensors");
                Weights.save(file, checkpoint);
                assertThat(counter(file)).isEqualTo(5);
            }
        }
    }

    private long saved(Network network) {
        Path file = folder.resolve("saved.safetensors");
        Weights.save(file, network);
        return counter(file);
    }

    private static long counter(Path file) {
        try (SafetensorsFile open = SafetensorsFile.open(file)) {
            assertThat(open.names()).containsExactlyInAnyOrder("conv1.weight", "bn1.weight", "bn1.bias",
                    "bn1.running_mean", "bn1.running_var", "bn1.num_batches_tracked", "fc.weight", "fc.bias");
            assertThat(open.metadata()).containsEntry("format", "pt");
            assertThat(open.type("bn1.num_batches_tracked")).isEqualTo(new TensorType(DType.I64, Shape.of()));
            return BatchCounters.read(open, "bn1.num_batches_tracked");
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void aCumulativeAverageCountsInAVariableWhichFilesHoldAsAnInteger(String backend) throws IOException {
        try (Device device = TestDevices.open(backend);
                Network network = network(device, batchNorm().cumulative(), 3)) {
            Weights.load(resource("net.safetensors"), network, WeightsPart.WHOLE);
            assertThat(network.variables().read("bn1.num_batches_tracked")).containsExactly(3);
            train(network, 1);
            assertThat(saved(network)).isEqualTo(4);
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void theHeadIsLeftOutWhenAsked(String backend) throws IOException {
        Path file = resource("net.safetensors");
        try (Device device = TestDevices.open(backend); Network network = network(device, batchNorm(), 5)) {
            assertThatThrownBy(() -> Weights.load(file, network, WeightsPart.WHOLE))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessage(file + " does not fit the model: misshapen: fc.weight (3x4) for (5x4), fc.bias (3)"
                            + " for (5): use a file of this model, or take a part of it: body or matching");
            float[] head = network.variables().read("fc.weight");
            float[] body = network.variables().read("conv1.weight");
            WeightsReport report = Weights.load(file, network, WeightsPart.BODY);
            assertThat(report.text()).isEqualTo("5 tensors taken; left out: fc.weight, fc.bias");
            assertThat(report.fits()).isTrue();
            assertThat(network.variables().read("fc.weight")).isEqualTo(head);
            assertThat(network.variables().read("conv1.weight")).isNotEqualTo(body);
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void everythingThatDoesNotFitIsNamedAtOnce(String backend) throws IOException {
        Path file = changed(Map.of("bn1.bias", new float[0], "conv1.weight", new float[3], "other", new float[1]));
        try (Device device = TestDevices.open(backend); Network network = network(device)) {
            String faults = "missing: bn1.bias; unexpected: other; misshapen: conv1.weight (3) for (4x2x3x3)";
            assertThatThrownBy(() -> Weights.load(file, network, WeightsPart.BODY))
                    .isInstanceOf(CheckpointException.class).hasMessage(file + " does not fit the model: " + faults
                            + ": use a file of this model, or take the part matching");
            WeightsReport report = Weights.load(file, network, WeightsPart.MATCHING);
            assertThat(report.fits()).isFalse();
            assertThat(report.text()).isEqualTo("5 tensors taken; " + faults);
            assertThat(report.missing()).containsExactly("bn1.bias");
            assertThat(network.variables().read("fc.bias")).containsOnly(0.5f);
            assertThat(network.variables().read("bn1.bias")).containsOnly(0f);
            Path none = write(List.of(tensor("x", Shape.of(1), new float[1])));
            assertThatThrownBy(() -> Weights.load(none, network, WeightsPart.MATCHING))
                    .isInstanceOf(CheckpointException.class).hasMessage(none + " does not fit the model: missing:"
                            + " conv1.weight, bn1.weight, bn1.bias, bn1.running_mean and 3 more; unexpected: x:"
                            + " use a file of this model");
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void elementsThatAreNotFiniteAreRefusedBeforeAnythingChanges(String backend) {
        Path file = changed(Map.of("fc.bias", new float[] {0, Float.NaN, 0}));
        try (Device device = TestDevices.open(backend); Network network = network(device)) {
            float[] before = network.variables().read("conv1.weight");
            assertThatThrownBy(() -> Weights.load(file, network, WeightsPart.WHOLE))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessage(file + ": tensor fc.bias holds NaN in f32 at element 1: use weights that are finite");
            assertThat(network.variables().read("conv1.weight")).isEqualTo(before);
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void tensorsOfOtherTypesAreNamed(String backend) {
        NamedTensor integers = new NamedTensor("fc.bias", new TensorType(DType.I32, Shape.of(3)),
                MemorySegment.ofArray(new int[3]));
        try (Device device = TestDevices.open(backend); Network network = network(device)) {
            assertThat(Weights.load(write(List.of(tensor("bn1.bias", Shape.of(4), new float[4]), integers)), network,
                    WeightsPart.MATCHING).unusable()).containsExactly("fc.bias I32");
        }
    }

    @ParameterizedTest
    @OnEachDevice({"module.", "_orig_mod.", "module._orig_mod."})
    void prefixesOfPyTorchsWrappersAreDropped(String backend, String prefix) throws IOException {
        List<NamedTensor> wrapped = new ArrayList<>();
        try (SafetensorsFile file = SafetensorsFile.open(resource("net.safetensors"))) {
            for (String name : file.names()) {
                byte[] bytes = new byte[(int) file.bytes(name)];
                file.read(name, MemorySegment.ofArray(bytes));
                wrapped.add(new NamedTensor(prefix + name, file.type(name), MemorySegment.ofArray(bytes)));
            }
        }
        try (Device device = TestDevices.open(backend); Network network = network(device)) {
            assertThat(Weights.load(write(wrapped), network, WeightsPart.WHOLE).taken()).contains("conv1.weight")
                    .hasSize(7);
        }
    }

    /** What a checkpoint is evaluated with. */
    @ParameterizedTest
    @OnEachDevice
    void theAverageIsSavedWhereOneIsKept(String backend) {
        try (Device device = TestDevices.open(backend); Network network = network(device);
                Optimizer optimizer = network.optimizer(SgdHyperparameters.DEFAULTS.withLearningRate(1),
                        OptimizerOptions.NONE.withAverageDecay(0.9))) {
            for (int step = 0; step < 3; step++) {
                train(network, 1);
                optimizer.step();
            }
            new CheckpointStore(folder).write(3, network.checkpoint(optimizer));
            float[] latest = network.variables().read("fc.weight");
            Path file = folder.resolve("average.safetensors");
            try (LoadedCheckpoint checkpoint = CheckpointStore.read(folder);
                    TrainedModel model = TrainedModel.open(checkpoint, device, BATCH)) {
                Weights.save(file, checkpoint);
                Weights.load(file, network, WeightsPart.WHOLE);
                assertThat(network.variables().read("fc.weight")).isNotEqualTo(latest)
                        .isEqualTo(model.variables().read("fc.weight"));
            }
        }
    }

    /** The head of each model is the layer that tells classes apart. */
    @ParameterizedTest
    @CsvSource({"resnet20, fc", "resnet18, fc", "seresnet18, fc", "wrn16_2, fc", "mobilenet_v2, classifier.1",
        "vgg11_bn, classifier", "vit_tiny, head", "lenet, fc3", "mlp, fc3"})
    void headsOfModels(String name, String head) {
        Model one = Models.create(name, 3, 32, 32, 10);
        List<NamedTensor> tensors = one.graph(2).variables().stream().map(Value::variable)
                .map(Objects::requireNonNull)
                .map(variable -> tensor(variable.name(), variable.shape(),
                        new float[Math.toIntExact(variable.shape().elements())])).toList();
        WeightsReport report = Weights.check(write(tensors), Models.create(name, 3, 32, 32, 7).graph(2),
                WeightsPart.BODY);
        assertThat(report.leftOut()).containsExactly(head + ".weight", head + ".bias");
        assertThat(report.taken()).hasSize(tensors.size() - 2);
    }

    /** A head without a bias is the last layer too: normalisations before it come after no weight. */
    @ParameterizedTest
    @OnEachDevice
    void aTrainersHeadIsItsLastLayerWithOrWithoutABias(String backend) {
        Model one = headWithoutBias(3);
        List<NamedTensor> tensors = one.graph(2).variables().stream().map(Value::variable)
                .map(Objects::requireNonNull)
                .map(variable -> tensor(variable.name(), variable.shape(), filled(variable.shape(), 0.25f))).toList();
        Path file = write(tensors);
        try (Device device = TestDevices.open(backend);
                DataSplit digits = DataSource.digits(DigitsOptions.defaults().withTrain(8).withTest(4));
                Trainer trainer = new Trainer(headWithoutBias(10), digits, device,
                        TrainingOptions.defaults().withBatchSize(4).withEpochs(1))) {
            WeightsReport report = Weights.load(file, trainer, WeightsPart.BODY);
            assertThat(report.leftOut()).containsExactly("3.weight");
            assertThat(trainer.variables().read("1.weight")).containsOnly(0.25f);
        }
    }

    private static Model headWithoutBias(int classes) {
        return new Model("own", 1, 28, 28, classes, Layers.sequential(
                Layers.flatten(), Layers.batchNorm(), Layers.relu(),
                new Dense(classes, Bias.WITHOUT, Initializers.constant(1))));
    }

    private static float[] filled(Shape shape, float value) {
        float[] values = new float[Math.toIntExact(shape.elements())];
        Arrays.fill(values, value);
        return values;
    }
}

package dev.gatun.train.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtException;
import dev.gatun.backend.Device;
import dev.gatun.backend.TestDevices;
import dev.gatun.compress.Snapshot;
import dev.gatun.compress.quantize.QuantizationOptions;
import dev.gatun.compress.weights.QuantizedWeights;
import dev.gatun.compress.weights.QuantizedWeightsOptions;
import dev.gatun.compress.weights.WeightQuantizer;
import dev.gatun.data.TensorDataset;
import dev.gatun.graph.Variable;
import dev.gatun.io.Checkpoint;
import dev.gatun.io.CheckpointStore;
import dev.gatun.io.LoadedCheckpoint;
import dev.gatun.io.NamedTensor;
import dev.gatun.io.onnx.Onnx;
import dev.gatun.io.onnx.OnnxException;
import dev.gatun.io.onnx.OnnxSession;
import dev.gatun.memory.NoLeaks;
import dev.gatun.model.GraphNetwork;
import dev.gatun.model.Model;
import dev.gatun.model.Models;
import dev.gatun.shape.TensorType;
import dev.gatun.train.Network;
import dev.gatun.train.NetworkOptions;
import dev.gatun.train.Trainer;
import dev.gatun.train.TrainingOptions;
import dev.gatun.train.compress.Calibration;
import dev.gatun.train.compress.Snapshots;
import dev.gatun.train.task.Task;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Networks of integers in ONNX Runtime, on integers and in f32, beside what Gatun computes in f32. */
@ExtendWith(NoLeaks.class)
class QuantizedOnnxTest {
    private static final int CLASSES = 10;
    private static final int PIXELS = 3 * 32 * 32;
    private static final int BATCH = 50;

    @TempDir
    Path folder;

    private static Snapshot random(String name) {
        Model model = Models.create(name, 3, 32, 32, CLASSES);
        SplittableRandom random = new SplittableRandom(11);
        Map<String, float[]> values = new LinkedHashMap<>();
        for (Variable variable : Snapshot.variables(model)) {
            float[] value = new float[Math.toIntExact(variable.shape().elements())];
            long filters = variable.shape().rank() < 2 ? 1 : variable.shape().extent(0);
            double size = variable.shape().rank() < 2 ? 0.3 : Math.sqrt(3.0 * filters / value.length);
            for (int i = 0; i < value.length; i++) {
                value[i] = (float) (variable.shape().rank() >= 2 ? random.nextDouble(-size, size)
                        : variable.name().endsWith("bias") || variable.name().endsWith("running_mean")
                        ? random.nextDouble(-0.2, 0.2) : random.nextDouble(0.7, 1.3));
            }
            values.put(variable.name(), value);
        }
        return new Snapshot(model, values);
    }

    /** Of different brightness and contrast, so that networks of random weights tell them apart. */
    private static float[] images(int count) {
        SplittableRandom random = new SplittableRandom(5);
        float[] pixels = new float[count * PIXELS];
        for (int i = 0; i < count; i++) {
            double[] centres = random.doubles(48, -1, 1).toArray();
            for (int k = 0; k < PIXELS; k++) {
                int tile = k / 1024 * 16 + k % 1024 / 256 * 4 + k % 32 / 8;
                pixels[i * PIXELS + k] = (float) (centres[tile] + random.nextDouble(-0.2, 0.2));
            }
        }
        return pixels;
    }

    private static double[] doubles(float[] values) {
        double[] doubles = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            doubles[i] = values[i];
        }
        return doubles;
    }

    private static Snapshot quantized(Snapshot whole, QuantizationOptions options, Device device) {
        return Calibration.quantize(whole, options, TensorDataset.of("images", BATCH).with(GraphNetwork.INPUT,
                images(BATCH), 3, 32, 32), device, BATCH, BATCH).snapshot();
    }

    private Path export(Snapshot snapshot, Device device, String name) {
        Path file = folder.resolve(name + ".onnx");
        Path run = folder.resolve(name);
        Model model = snapshot.model();
        TensorDataset one = TensorDataset.of("one", 2).with(Model.IMAGES, images(2), 3, 32, 32)
                .with(Model.LABELS, new int[2]);
        try (Trainer trainer = new Trainer(Task.of(model.name(), model::describe), one, one, device,
                TrainingOptions.defaults().withEpochs(1).withBatchSize(2))) {
            Snapshots.load(snapshot, trainer);
            try (Checkpoint state = trainer.checkpoint()) {
                new CheckpointStore(run).write(1, state);
            }
        }
        try (LoadedCheckpoint checkpoint = CheckpointStore.read(run)) {
            OnnxModels.save(file, checkpoint, Model.PROBABILITIES);
        }
        return file;
    }

    private static float[] scores(Snapshot snapshot, Device device) {
        try (Network network = Snapshots.open(snapshot, device, NetworkOptions.defaults(), BATCH)) {
            return network.set(GraphNetwork.INPUT, images(BATCH)).forward().read(GraphNetwork.OUTPUT);
        }
    }

    private static float[] scores(OnnxSession session) throws OrtException {
        return Objects.requireNonNull(session.run(Map.of(Model.IMAGES, new OnnxSession.Tensor(
                TensorType.f32(BATCH, 3, 32, 32), doubles(images(BATCH))))).get(OnnxModels.LOGITS));
    }

    /** The share of images of which the class with the highest score is the same. */
    private static double agreement(float[] a, float[] b) {
        int same = 0;
        for (int i = 0; i < a.length; i += CLASSES) {
            same += best(a, i) == best(b, i) ? 1 : 0;
        }
        return (double) same * CLASSES / a.length;
    }

    private static int best(float[] scores, int from) {
        int best = from;
        for (int i = from; i < from + CLASSES; i++) {
            best = scores[i] > scores[best] ? i : best;
        }
        return best - from;
    }

    /** The mean distance, by the mean size. */
    private static double distance(float[] a, float[] b) {
        double distance = 0;
        double size = 0;
        for (int i = 0; i < a.length; i++) {
            distance += Math.abs(a[i] - b[i]);
            size += Math.abs(b[i]);
        }
        return distance / size;
    }

    @ParameterizedTest
    @CsvSource({"mlp,8,PER_CHANNEL,SYMMETRIC", "lenet,8,PER_TENSOR,SYMMETRIC", "lenet,8,PER_CHANNEL,AFFINE",
        "resnet20,8,PER_CHANNEL,SYMMETRIC", "resnet20,8,PER_TENSOR,AFFINE", "resnet18,8,PER_CHANNEL,SYMMETRIC",
        "lenet,4,PER_CHANNEL,SYMMETRIC", "resnet20,5,PER_CHANNEL,AFFINE"})
    void onnxRuntimeAgrees(String name, int bits, QuantizationOptions.Granularity granularity,
            QuantizationOptions.Symmetry symmetry) throws OrtException, IOException {
        Snapshot whole = random(name);
        try (Device device = TestDevices.open("cpu")) {
            Snapshot rounded = quantized(whole, QuantizationOptions.defaults().withBits(bits).withWeights(granularity)
                    .withSymmetry(symmetry), device);
            float[] expected = scores(rounded, device);
            Path file = export(rounded, device, "rounded");
            Path optimized = folder.resolve("optimized.onnx");
            try (OnnxSession plain = OnnxSession.inFloats(file);
                    OnnxSession integers = OnnxSession.onIntegers(file, optimized)) {
                assertThat(agreement(scores(plain), expected)).isGreaterThanOrEqualTo(0.99);
                assertThat(distance(scores(plain), expected)).isLessThan(0.01); // of what lay between two integers
                if (bits == 8) { // with fewer, ONNX Runtime rounds biases to units that are large then
                    assertThat(agreement(scores(integers), expected)).isGreaterThanOrEqualTo(0.99);
                    assertThat(distance(scores(integers), expected)).isLessThan(0.01);
                }
            }
            assertThat(text(optimized).contains("QLinearConv")).isEqualTo(!name.equals("mlp"));
            assertThat(text(optimized).contains("QGemm") || bits < 8).isTrue();
            assertThat(Files.size(file)).isLessThan((long) (0.3 * Float.BYTES * whole.parameters()));
        }
    }

    private static String text(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"binary", "binary01", "ternary", "ttq", "pow2", "dorefa:bits=1", "dorefa:bits=2",
        "largest"})
    void weightsOfFewBitsAreWrittenAsTheyAreComputedWith(String quantizer) throws OrtException, IOException {
        Snapshot whole = random("lenet");
        Snapshot quantized = QuantizedWeights.apply(whole, QuantizedWeightsOptions.defaults()
                .withQuantizer(WeightQuantizer.parse(quantizer)).withActivationBits(3));
        try (Device device = TestDevices.open("cpu")) {
            float[] expected = scores(quantized, device);
            Path file = export(quantized, device, "weights");
            assertThat(text(file)).contains("conv2.computed").doesNotContain("conv2.weight");
            assertThat(Files.size(file)).isLessThan((long) (1.1 * Float.BYTES * whole.parameters()));
            try (OnnxSession session = OnnxSession.inFloats(file)) {
                assertThat(agreement(scores(session), expected)).isGreaterThanOrEqualTo(0.99);
                assertThat(distance(scores(session), expected)).isLessThan(1e-3);
            }
        }
    }

    @Test
    void rangesOfEachBatchAreFoundByTheFileToo() throws OrtException {
        try (Device device = TestDevices.open("cpu")) {
            Snapshot rounded = quantized(random("lenet"), QuantizationOptions.defaults()
                    .withRanges(QuantizationOptions.Ranges.DYNAMIC), device);
            float[] expected = scores(rounded, device);
            try (OnnxSession session = new OnnxSession(export(rounded, device, "dynamic"))) {
                assertThat(agreement(scores(session), expected)).isGreaterThanOrEqualTo(0.99);
                assertThat(distance(scores(session), expected)).isLessThan(0.01);
            }
        }
    }

    @Test
    void aBiasThatIsTooLargeForTheUnitsOfItsLayerStays() throws OrtException, IOException {
        Snapshot whole = random("lenet");
        whole.values("conv2.bias")[3] = 2;
        Arrays.fill(whole.values("conv2.weight"), 3 * 6 * 25, 4 * 6 * 25, 1e-20f);
        try (Device device = TestDevices.open("cpu")) {
            Snapshot rounded = quantized(whole, QuantizationOptions.defaults(), device);
            float[] expected = scores(rounded, device);
            Path file = export(rounded, device, "large");
            assertThat(text(file)).contains("conv1.bias.integers").doesNotContain("conv2.bias.integers");
            try (OnnxSession session = OnnxSession.inFloats(file)) {
                assertThat(agreement(scores(session), expected)).isGreaterThanOrEqualTo(0.99);
                assertThat(distance(scores(session), expected)).isLessThan(0.01);
            }
        }
    }

    @Test
    void aWeightThatIsNoNumberIsRefused() {
        Snapshot whole = random("lenet");
        try (Device device = TestDevices.open("cpu")) {
            Snapshot rounded = quantized(whole, QuantizationOptions.defaults(), device);
            rounded.values("conv2.weight")[7] = Float.NaN;
            Path file = folder.resolve("none.onnx");
            assertThatThrownBy(() -> Onnx.write(file, rounded::graph, variable -> new NamedTensor(variable.name(),
                    TensorType.f32(variable.shape().extents()), MemorySegment.ofArray(
                            rounded.values(variable.name()))), Map.of())).isInstanceOf(OnnxException.class)
                    .hasMessage("conv2.weight holds NaN, for which there is no integer");
            assertThat(file).doesNotExist();
        }
    }
}

package dev.gatun.train.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gatun.backend.Device;
import dev.gatun.backend.TestDevices;
import dev.gatun.compress.Snapshot;
import dev.gatun.compress.quantize.BatchNormFolding;
import dev.gatun.compress.quantize.Observer;
import dev.gatun.compress.quantize.Quantization;
import dev.gatun.compress.quantize.QuantizationOptions;
import dev.gatun.compress.quantize.Quantized;
import dev.gatun.compress.quantize.QuantizedLayer;
import dev.gatun.compress.quantize.Seen;
import dev.gatun.data.TensorDataset;
import dev.gatun.data.image.DataSource;
import dev.gatun.data.image.DataSplit;
import dev.gatun.data.image.DigitsOptions;
import dev.gatun.graph.Graph;
import dev.gatun.graph.Variable;
import dev.gatun.memory.NoLeaks;
import dev.gatun.model.Model;
import dev.gatun.model.Models;
import dev.gatun.op.BatchNormalization;
import dev.gatun.op.FakeQuantize;
import dev.gatun.train.Network;
import dev.gatun.train.NetworkOptions;
import dev.gatun.train.Trainer;
import dev.gatun.train.TrainingOptions;
import dev.gatun.train.task.ImageClassification;
import dev.gatun.train.task.ImageInput;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NoLeaks.class)
class CalibrationTest {
    private static final int BATCH = 4;

    private static Snapshot random(String name) {
        Model model = Models.create(name, 3, 32, 32, 5);
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

    private static TensorDataset images(int count) {
        float[] pixels = new float[count * 3 * 32 * 32];
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (float) random.nextDouble(-1, 1);
        }
        return TensorDataset.of("images", count).with("images", pixels, 3, 32, 32);
    }

    private static float[] scores(Snapshot snapshot, Device device) {
        SplittableRandom random = new SplittableRandom(5);
        try (Network network = Snapshots.open(snapshot, device, NetworkOptions.defaults(), BATCH)) {
            return network.fill("images", () -> (float) random.nextDouble(-1, 1)).forward().read("scores");
        }
    }

    private static double largest(float[] values) {
        double largest = 0;
        for (float value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }

    private static double distance(float[] a, float[] b) {
        double most = 0;
        for (int i = 0; i < a.length; i++) {
            most = Math.max(most, Math.abs(a[i] - b[i]));
        }
        return most;
    }

    @ParameterizedTest
    @ValueSource(strings = {"lenet", "resnet20", "resnet18", "mobilenet_v2", "vgg11_bn", "seresnet18", "wrn16_2",
        "vit_tiny"})
    void foldingLeavesTheResultsAndTakesTheNormalisationsBehindLayers(String name) {
        Snapshot whole = random(name);
        Snapshot folded = BatchNormFolding.fold(whole);
        long before = normalizations(whole.graph(2));
        long after = normalizations(folded.graph(2));
        assertThat(after).isLessThanOrEqualTo(name.equals("wrn16_2") ? before : 0); // which normalises first
        try (Device device = TestDevices.open("cpu")) {
            float[] expected = scores(whole, device);
            assertThat(distance(scores(folded, device), expected)).isLessThan(1e-4 * largest(expected));
        }
    }

    private static long normalizations(Graph graph) {
        return graph.nodes().stream().filter(node -> node.op() instanceof BatchNormalization).count();
    }

    @ParameterizedTest
    @ValueSource(strings = {"lenet", "resnet20", "mobilenet_v2", "vgg11_bn", "vit_tiny"})
    void eightBitsAreCloseAndFewerAreFurther(String name) {
        Snapshot whole = random(name);
        try (Device device = TestDevices.open("cpu")) {
            float[] expected = scores(whole, device);
            double[] errors = new double[3];
            for (int i = 0; i < 3; i++) {
                QuantizationOptions options = QuantizationOptions.defaults().withBits(new int[] {8, 5, 3}[i]);
                Quantized quantized = Calibration.quantize(whole, options, images(8), device, BATCH, 8);
                assertThat(quantized.layers()).anyMatch(QuantizedLayer::isRounded);
                errors[i] = distance(scores(quantized.snapshot(), device), expected) / largest(expected);
            }
            assertThat(errors[0]).isLessThan(0.1);
            assertThat(errors[1]).isGreaterThan(errors[0]);
            assertThat(errors[2]).isGreaterThan(errors[1]);
        }
    }

    @Test
    void everyOptionGivesANetworkThatIsCloseAtEightBits() {
        Snapshot whole = random("resnet20");
        QuantizationOptions usual = QuantizationOptions.defaults();
        try (Device device = TestDevices.open("cpu")) {
            float[] expected = scores(whole, device);
            for (QuantizationOptions options : List.of(usual.withSymmetry(QuantizationOptions.Symmetry.AFFINE),
                    usual.withRanges(QuantizationOptions.Ranges.DYNAMIC),
                    usual.withWeights(QuantizationOptions.Granularity.PER_TENSOR),
                    usual.withObserver(Observer.PERCENTILE), usual.withObserver(Observer.MSE),
                    usual.withObserver(Observer.ENTROPY), usual.withObserver(Observer.MOVING_AVERAGE),
                    usual.withScales(QuantizationOptions.Scales.LEARNT))) {
                Snapshot quantized = Calibration.quantize(whole, options, images(8), device, BATCH, 8).snapshot();
                assertThat(distance(scores(quantized, device), expected)).as("%s", options)
                        .isLessThan((options.observer() == Observer.ENTROPY ? 0.4 : 0.15) * largest(expected))
                        .isGreaterThan(0); // entropy cuts off more
            }
        }
    }

    @Test
    void layersThatAreIgnoredStayAndTheReportSaysSo() {
        Snapshot whole = random("lenet");
        try (Device device = TestDevices.open("cpu")) {
            Quantized quantized = Calibration.quantize(whole, QuantizationOptions.defaults()
                    .withIgnored(List.of("fc*")), images(4), device, BATCH, 4);
            assertThat(quantized.layers()).filteredOn(layer -> layer.layer().startsWith("fc"))
                    .isNotEmpty().allSatisfy(layer -> assertThat(layer.left()).isEqualTo("it is to stay in f32"));
            assertThat(quantized.snapshot().graph(2).nodes()).filteredOn(node -> node.op() instanceof FakeQuantize)
                    .hasSize(2 * (int) quantized.layers().stream().filter(QuantizedLayer::isRounded).count());
        }
    }

    @Test
    void whatCannotBeQuantizedIsRefused() {
        Snapshot whole = random("lenet");
        try (Device device = TestDevices.open("cpu")) {
            Snapshot once = Calibration.quantize(whole, QuantizationOptions.defaults(), images(4), device, BATCH, 4)
                    .snapshot();
            assertThatThrownBy(() -> Calibration.quantize(once, QuantizationOptions.defaults(), images(4), device,
                    BATCH, 4)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("the network is quantized already");
            Quantization unseen = Quantization.of(whole, QuantizationOptions.defaults());
            assertThatThrownBy(() -> unseen.quantize(Stream.generate(Seen::new).limit(unseen.observations()).toList()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("the calibration set is empty");
            assertThatThrownBy(() -> Quantization.of(whole, QuantizationOptions.defaults()
                    .withIgnored(List.of("conv9")))).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("no layer is named \"conv9\"");
            assertThatThrownBy(() -> QuantizationOptions.defaults().withBits(1))
                    .hasMessage("a quantized weight has 2 to 8 bits, got 1");
            assertThatThrownBy(() -> QuantizationOptions.defaults().withRanges(QuantizationOptions.Ranges.DYNAMIC)
                    .withScales(QuantizationOptions.Scales.LEARNT)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aRoundedNetworkLearnsAndItsScalesTooWhereTheyAre() {
        TrainingOptions training = TrainingOptions.defaults().withEpochs(2).withBatchSize(32);
        try (DataSplit data = DataSource.digits(DigitsOptions.defaults().withTrain(320).withTest(64));
                Device device = TestDevices.open("cpu");
                Trainer trainer = new Trainer(Models.create("lenet", 1, 28, 28, 10), data, device, training)) {
            trainer.run();
            Snapshot trained = Snapshots.of(trainer);
            for (QuantizationOptions.Scales scales : QuantizationOptions.Scales.values()) {
                Snapshot rounded = Calibration.quantize(trained, QuantizationOptions.defaults().withBits(3)
                        .withScales(scales), ImageClassification.unlabelled(
                        ImageInput.of(trainer.task()), "lenet", data.train()), device, 32, 128)
                        .snapshot();
                try (Trainer again = new Trainer(rounded.model(), data, device, training)) {
                    Snapshots.load(rounded, again);
                    again.run();
                    Snapshot after = Snapshots.of(again);
                    String scale = rounded.values().keySet().stream().filter(name -> name.endsWith("weight.scale"))
                            .findFirst().orElseThrow();
                    assertThat(after.values(scale)).as("%s", scales).hasSameSizeAs(rounded.values(scale));
                    assertThat(distance(after.values(scale), rounded.values(scale)) > 0)
                            .isEqualTo(scales == QuantizationOptions.Scales.LEARNT);
                    assertThat(Objects.requireNonNull(again.lastEvaluation()).accuracy()).isGreaterThan(0.3);
                    assertThat(again.measurements().heapBytesPerStep()).isCloseTo(0, within(0.5));
                }
            }
        }
    }
}

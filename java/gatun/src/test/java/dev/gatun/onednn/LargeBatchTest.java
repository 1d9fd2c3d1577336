package dev.gatun.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gatun.backend.Backends;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.backend.LayoutPolicy;
import dev.gatun.graph.Differentiation;
import dev.gatun.graph.Graph;
import dev.gatun.graph.Node;
import dev.gatun.memory.NoLeaks;
import dev.gatun.op.BatchNormalization;
import dev.gatun.op.BatchNormalizationBackward;
import dev.gatun.op.Convolution;
import dev.gatun.reference.GraphRunner;
import dev.gatun.reference.OpCase;
import dev.gatun.shape.DType;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The statistics of a batch of hundreds of thousands of values a channel, and its gradients. */
@ExtendWith(NoLeaks.class)
class LargeBatchTest {
    private static final int IMAGES = 4;
    private static final int CHANNELS = 8;
    private static final int PIXELS = 320 * 320;

    /** Plain sums in f32, such as oneDNN's, are off by 1e-5 and more. */
    @ParameterizedTest
    @CsvSource({"CHANNELS_LAST, 1", "CHANNELS_LAST, 2", "BLOCKED, 1", "BLOCKED, 2"})
    void theVarianceHasAllDigitsOfF32(LayoutPolicy policy, int threads) {
        theVarianceHasAllDigits(DType.F32, policy, DeviceOptions.defaults().withThreads(threads));
    }

    /** Statistics of images of 16 bits are in f32, of what the images are after rounding. */
    @ParameterizedTest
    @CsvSource({"BF16, CHANNELS_LAST, 1", "BF16, BLOCKED, 2", "F16, CHANNELS_LAST, 2"})
    void theVarianceOfImagesOf16BitsHasThemToo(DType dtype, LayoutPolicy policy, int threads) {
        theVarianceHasAllDigits(dtype, policy, DeviceOptions.defaults().withThreads(threads)
                .withEmulation(DeviceOptions.Emulation.ALLOWED));
    }

    private static void theVarianceHasAllDigits(DType dtype, LayoutPolicy policy, DeviceOptions options) {
        OpCase large = largeBatch(BatchNormalization.standard());
        Graph graph = large.graph(dtype);
        Node node = graph.nodes().stream().filter(each -> each.op() instanceof BatchNormalization).findFirst()
                .orElseThrow();
        Map<String, double[]> values = large.values();
        double[] x = Objects.requireNonNull(values.get("x"));
        Arrays.setAll(x, i -> (float) (x[i] + 3));
        try (Device device = Backends.open("cpu", options)) {
            GraphRunner.Result result = GraphRunner.run(graph, device, policy, values);
            double[] input = result.of(node.inputs().getFirst());
            for (int c = 0; c < CHANNELS; c++) {
                double mean = 0;
                for (int i = 0; i < IMAGES * PIXELS; i++) {
                    mean += input[index(c, i)];
                }
                mean /= IMAGES * PIXELS;
                double variance = 0;
                for (int i = 0; i < IMAGES * PIXELS; i++) {
                    variance += Math.pow(input[index(c, i)] - mean, 2);
                }
                variance /= IMAGES * PIXELS;
                assertThat(result.of(node.outputs().get(1))[c]).isCloseTo(mean, within(1e-7 * Math.abs(mean)));
                assertThat(result.of(node.outputs().get(2))[c]).isCloseTo(variance, within(1e-7 * variance));
            }
        }
    }

    /**
     * The gradients, against sums in double over what the device itself read: behind a mean over an image, where those
     * of a channel are alike, plain sums in f32 are off by 1e-4 to 1e-2.
     */
    @ParameterizedTest
    @CsvSource({"CHANNELS_LAST, 1, false", "CHANNELS_LAST, 2, true", "BLOCKED, 1, true", "BLOCKED, 2, false"})
    void theGradientsAreThoseOfSumsInDouble(LayoutPolicy policy, int threads, boolean frozen) {
        BatchNormalization op = frozen ? BatchNormalization.standard().withMode(BatchNormalization.Mode.FROZEN)
                : BatchNormalization.standard();
        OpCase large = largeBatch(op);
        Graph graph = Differentiation.differentiate(large.graph(DType.F32), "loss");
        Node node = graph.nodes().stream().filter(each -> each.op() instanceof BatchNormalizationBackward).findFirst()
                .orElseThrow();
        try (Device device = Backends.open("cpu", DeviceOptions.defaults().withThreads(threads))) {
            GraphRunner.Result result = GraphRunner.run(graph, device, policy, large.values());
            double[] x = result.of(node.inputs().get(0));
            double[] dy = result.of(node.inputs().get(1));
            double[] dx = result.of(node.outputs().get(0));
            int count = IMAGES * PIXELS;
            for (int c = 0; c < CHANNELS; c++) {
                double mean = result.of(node.inputs().get(4))[c];
                double deviation = Math.sqrt(result.of(node.inputs().get(5))[c] + op.epsilon());
                double factor = result.of(node.inputs().get(2))[c] / deviation;
                double scale = 0;
                double shift = 0;
                double all = 0;
                for (int i = 0; i < count; i++) {
                    double product = dy[index(c, i)] * (x[index(c, i)] - mean) / deviation;
                    scale += product;
                    all += Math.abs(product);
                    shift += dy[index(c, i)];
                }
                assertThat(result.of(node.outputs().get(1))[c]).isCloseTo(scale, within(1e-6 * all));
                assertThat(result.of(node.outputs().get(2))[c]).isCloseTo(shift, within(1e-6 * Math.abs(shift)));
                double error = 0;
                double largest = 0;
                for (int i = 0; i < count; i++) {
                    double normalized = (x[index(c, i)] - mean) / deviation;
                    double passed = frozen ? dy[index(c, i)]
                            : dy[index(c, i)] - shift / count - normalized * scale / count;
                    error = Math.max(error, Math.abs(factor * passed - dx[index(c, i)]));
                    largest = Math.max(largest, Math.abs(factor * dy[index(c, i)]));
                }
                assertThat(error).isLessThan(1e-6 * largest);
            }
        }
    }

    private static OpCase largeBatch(BatchNormalization op) {
        return new OpCase("a large batch", b -> b.classify(b.globalPool("pool", b.normalization("bn", op,
                b.convolution("conv", Convolution.square(1, 0), b.input(IMAGES, CHANNELS, 320, 320), CHANNELS,
                        1, 1, false)))), Map.of(), 1e-5);
    }

    private static int index(int channel, int i) {
        return (i / PIXELS * CHANNELS + channel) * PIXELS + i % PIXELS;
    }
}

package dev.gatun.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gatun.backend.Backends;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.backend.LayoutPolicy;
import dev.gatun.graph.Graph;
import dev.gatun.graph.Node;
import dev.gatun.memory.NoLeaks;
import dev.gatun.op.BatchNormalization;
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

/** The statistics of a batch of hundreds of thousands of values a channel. */
@ExtendWith(NoLeaks.class)
class LargeBatchTest {
    private static final int IMAGES = 4;
    private static final int CHANNELS = 16;
    private static final int PIXELS = 320 * 320;

    /** Plain sums in f32, such as oneDNN's, are off by 1e-5 and more. */
    @ParameterizedTest
    @CsvSource({"CHANNELS_LAST, 1", "CHANNELS_LAST, 2", "BLOCKED, 1", "BLOCKED, 2"})
    void theVarianceHasAllDigitsOfF32(LayoutPolicy policy, int threads) {
        OpCase large = new OpCase("a large batch", b -> b.classify(b.globalPool("pool",
                b.normalization("bn", BatchNormalization.standard(),
                        b.convolution("conv", Convolution.square(1, 0), b.input(IMAGES, CHANNELS, 320, 320), CHANNELS,
                                1, 1, false)))), Map.of(), 1e-5);
        Graph graph = large.graph(DType.F32);
        Node node = graph.nodes().stream().filter(each -> each.op() instanceof BatchNormalization).findFirst()
                .orElseThrow();
        Map<String, double[]> values = large.values();
        double[] x = Objects.requireNonNull(values.get("x"));
        Arrays.setAll(x, i -> (float) (x[i] + 3));
        try (Device device = Backends.open("cpu", DeviceOptions.defaults().withThreads(threads))) {
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

    private static int index(int channel, int i) {
        return (i / PIXELS * CHANNELS + channel) * PIXELS + i % PIXELS;
    }
}

package dev.gatun.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.backend.Backends;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.backend.LayoutPolicy;
import dev.gatun.backend.TestDevices;
import dev.gatun.graph.Graph;
import dev.gatun.graph.Node;
import dev.gatun.memory.NoLeaks;
import dev.gatun.op.Convolution;
import dev.gatun.op.MatMul;
import dev.gatun.reference.GraphRunner;
import dev.gatun.reference.OpCase;
import dev.gatun.shape.DType;
import dev.gatun.shape.Shape;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Shapes with which a library's kernels were found to give wrong numbers or what scratch memory held, or to write past
 * the end of their memory: in each type, layout and by each implementation that is offered.
 */
@ExtendWith(NoLeaks.class)
class FaultyKernelsTest {
    static List<OpCase> cases() {
        return List.of(
                of("one result of a row", Convolution.over(2).stride(1, 2),
                        16, new long[] {2, 16, 10, 4}, 3, 3),
                of("one result of a row, behind a gap", Convolution.over(3).padding(0, 1, 0).stride(1, 1, 4),
                        1, new long[] {2, 1, 1, 2, 3}, 1, 2, 3),
                of("rows are skipped", Convolution.over(2).stride(3, 1)
                        .padding(new long[] {0, 1}, new long[] {0, 0}), 48, new long[] {1, 32, 67, 4}, 1, 1),
                of("images are skipped", Convolution.over(3).stride(4)
                        .padding(new long[] {0, 0, 3}, new long[] {0, 2, 0}), 33, new long[] {2, 64, 3, 3, 8}, 2, 4, 4),
                of("windows beside the images", Convolution.over(2).stride(1, 2)
                        .padding(new long[] {1, 1}, new long[] {2, 2}), 1, new long[] {1, 65, 1, 1}, 1, 1),
                of("pixels of few channels, by strides", Convolution.over(2).stride(1, 2),
                        5, new long[] {3, 8, 8, 8}, 1, 1),
                of("pixels of an odd number of channels", Convolution.over(2), 16, new long[] {2, 17, 9, 10}, 1, 1),
                of("windows behind the images", Convolution.over(1).stride(2)
                        .padding(new long[] {0}, new long[] {3}), 40, new long[] {1, 40, 4}, 1),
                of("deep windows beside the images", Convolution.over(3).dilation(3, 1, 1).stride(2, 1, 2)
                        .padding(new long[] {1, 0, 3}, new long[] {0, 2, 1}), 17, new long[] {1, 16, 3, 1, 1},
                        2, 2, 1),
                of("a row of a window in two tiles", Convolution.over(2).stride(4),
                        16, new long[] {2, 16, 16, 16}, 4, 4),
                of("a window into one image", Convolution.over(3).padding(1, 0, 0).stride(3, 1, 3),
                        33, new long[] {2, 7, 1, 5, 7}, 3, 2, 4),
                of("a window deeper than images", Convolution.over(3).padding(4, 0, 0).stride(3, 3, 4),
                        1, new long[] {2, 64, 2, 6, 1}, 5, 3, 1),
                of("deep windows in wide padding", Convolution.over(3).padding(3, 2, 0).stride(2, 4, 2),
                        16, new long[] {2, 3, 4, 5, 3}, 4, 5, 2),
                of("deep windows by strides", Convolution.over(3).padding(1, 0, 0).stride(3, 2, 2),
                        16, new long[] {2, 5, 4, 2, 6}, 3, 1, 1),
                of("elements that meet padding alone", Convolution.over(1).stride(4)
                        .padding(new long[] {0}, new long[] {3}), 33, new long[] {2, 64, 1}, 4),
                of("a dilated window over many channels", Convolution.over(2).dilation(2, 1),
                        65, new long[] {2, 40, 10, 3}, 2, 1),
                DrawnCase.of(new Draw(1, 0), new MatMul(MatMul.Given.TRANSPOSED, MatMul.Given.TRANSPOSED,
                        MatMul.Result.ACCUMULATED)).operand("a", Shape.of(3, 17, 1)).operand("b", Shape.of(3, 17))
                        .named("columns turned round"));
    }

    private static OpCase of(String name, Convolution op, long outputs, long[] images, long... window) {
        Shape weight = Shape.of(LongStream.concat(LongStream.of(outputs, images[1]), LongStream.of(window)).toArray());
        return DrawnCase.of(new Draw(1, 0), op).operand("x", Shape.of(images)).operand("weight", weight).named(name);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void everyImplementationGivesTheOraclesNumbers(OpCase opCase) {
        Tally tally = new Tally();
        Map<String, double[]> values = opCase.values();
        DeviceOptions options = DeviceOptions.defaults().withThreads(1)
                .withEmulation(DeviceOptions.Emulation.ALLOWED);
        try (Device oracle = TestDevices.open(TestDevices.ORACLE); Device device = Backends.open("cpu", options)) {
            for (DType dtype : List.of(DType.F32, DType.BF16, DType.F16)) {
                Graph graph = Claims.graph(opCase, dtype);
                for (LayoutPolicy layout : TestDevices.layouts(device)) {
                    for (Node node : DrawnCase.nodes(graph)) {
                        run(tally, graph, node, device, layout, values, oracle);
                    }
                }
            }
        }
        assertThat(tally.failed()).as(tally.text()).isZero();
    }

    private static void run(Tally tally, Graph graph, Node node, Device device, LayoutPolicy layout,
            Map<String, double[]> values, Device oracle) {
        int candidates = 1;
        for (int rank = 0; rank < candidates; rank++) {
            try (GraphRunner runner = new GraphRunner(graph, device, layout, new GraphRunner.Choice(node, rank))) {
                candidates = runner.candidates();
                String implementation = runner.planOf(node).implementation();
                if (!implementation.startsWith("gatun")) { // those have bounds of their own
                    tally.begin();
                    tally.add(device.name(), node.inputTypes().getFirst().dtype(), implementation + " in " + layout,
                            NodeError.of(node, runner.guarded(values), values, oracle));
                }
            }
        }
    }
}

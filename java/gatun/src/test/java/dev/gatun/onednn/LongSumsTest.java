package dev.gatun.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.backend.Backends;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.backend.LayoutPolicy;
import dev.gatun.graph.Differentiation;
import dev.gatun.graph.Graph;
import dev.gatun.graph.Node;
import dev.gatun.graph.Value;
import dev.gatun.graph.Variable;
import dev.gatun.memory.NoLeaks;
import dev.gatun.op.Convolution;
import dev.gatun.op.ConvolutionBackwardWeights;
import dev.gatun.op.Gather;
import dev.gatun.op.LayerNormalization;
import dev.gatun.op.LayerNormalizationBackward;
import dev.gatun.op.LinearBackwardWeights;
import dev.gatun.op.Pool;
import dev.gatun.op.Reduce;
import dev.gatun.op.ScatterAdd;
import dev.gatun.op.function.BinaryFunction;
import dev.gatun.op.function.Reduction;
import dev.gatun.op.function.UnaryFunction;
import dev.gatun.reference.CaseBuilder;
import dev.gatun.reference.GraphRunner;
import dev.gatun.reference.OpCase;
import dev.gatun.shape.DType;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Sums over hundreds of thousands of rows or pixels, whose terms have a mean, against sums in double of what the device
 * itself read: plain sums in f32 are off by 5e-6 to 5e-3.
 */
@ExtendWith(NoLeaks.class)
class LongSumsTest {
    private static final int ROWS = 400_000;
    private static final int SIDE = 320;

    @ParameterizedTest
    @CsvSource({"1", "2"})
    void theGradientsOfScaleAndShiftOfALayerNormalisation(int threads) {
        OpCase rows = ended("layer normalisation", b -> b.graph.node("ln",
                new LayerNormalization(1, 1e-5, LayerNormalization.Scaling.SCALE_AND_SHIFT),
                List.of(b.linear("stem", b.input(ROWS, 16), 16, false),
                        b.variable("ln.weight", Variable.Kind.NORMALIZATION, 16),
                        b.variable("ln.bias", Variable.Kind.NORMALIZATION, 16))).outputs().getFirst());
        run(rows, LayoutPolicy.CHANNELS_LAST, threads, (node, result) -> {
            if (node.op() instanceof LayerNormalizationBackward(LayerNormalization op)) {
                double[] x = result.of(node.inputs().get(0));
                double[] dy = result.of(node.inputs().get(1));
                double[] mean = result.of(node.inputs().get(2));
                double[] variance = result.of(node.inputs().get(3));
                double[] scales = new double[16];
                double[] all = new double[16];
                for (int i = 0; i < x.length; i++) {
                    double term = dy[i] * (x[i] - mean[i / 16]) / Math.sqrt(variance[i / 16] + op.epsilon());
                    scales[i % 16] += term;
                    all[i % 16] += Math.abs(term);
                }
                close("scale", result.of(node.outputs().get(1)), scales, all);
                columns("shift", result.of(node.outputs().get(2)), dy, 16);
                return true;
            }
            return false;
        });
    }

    @ParameterizedTest
    @CsvSource({"1, 8", "2, 8", "2, 1", "1, 33"})
    void theGradientOfTheBiasOfALinearLayer(int threads, int outputs) {
        OpCase rows = ended("linear " + outputs, b -> b.linear("fc", b.input(ROWS, 8), outputs, true));
        run(rows, LayoutPolicy.CHANNELS_LAST, threads, (node, result) -> {
            if (node.op() instanceof LinearBackwardWeights) {
                columns("bias", result.of(node.outputs().get(1)), result.of(node.inputs().get(1)), outputs);
                return true;
            }
            return false;
        });
    }

    @ParameterizedTest
    @CsvSource({"CHANNELS_LAST, 1, 1, 1, 1", "CHANNELS_LAST, 2, 3, 1, 1", "BLOCKED, 1, 3, 1, 1", "BLOCKED, 2, 1, 1, 1",
        "CHANNELS_LAST, 2, 3, 2, 1", "CHANNELS_LAST, 1, 3, 1, 8", "BLOCKED, 2, 3, 1, 8", "BLOCKED, 1, 3, 2, 1"})
    void theGradientOfTheBiasOfAConvolution(LayoutPolicy policy, int threads, int window, int stride, int groups) {
        Convolution op = new Convolution(Convolution.square(stride, window / 2).axes(), groups);
        OpCase images = ended("convolution " + window + " " + stride + " " + groups, b -> b.convolution("conv", op,
                b.input(4, 8, (long) SIDE * stride, (long) SIDE * stride), 8, window, window, true));
        run(images, policy, threads, (node, result) -> {
            if (node.op() instanceof ConvolutionBackwardWeights) {
                planes("bias", result.of(node.outputs().get(1)), result.of(node.inputs().get(1)), 8);
                return true;
            }
            return false;
        });
    }

    @ParameterizedTest
    @CsvSource({"CHANNELS_LAST, 1", "CHANNELS_LAST, 2", "BLOCKED, 1"})
    void theMeanOverAnImage(LayoutPolicy policy, int threads) {
        OpCase images = ended("global pooling", b -> b.globalPool("pool", b.unary("exp", UnaryFunction.EXP,
                b.stem(1, 8, 640, 640))));
        run(images, policy, threads, (node, result) -> {
            if (node.op() instanceof Pool) {
                double[] x = result.of(node.inputs().getFirst());
                double[] means = new double[8];
                for (int i = 0; i < x.length; i++) {
                    means[i / (640 * 640)] += x[i] / (640 * 640);
                }
                close("mean", result.of(node.outputs().getFirst()), means, means);
                return true;
            }
            return false;
        });
    }

    @ParameterizedTest
    @CsvSource({"SUM, 400000", "MEAN, 400000", "SUM, 10000000", "MEAN, 10000000"})
    void everything(Reduction reduction, int count) {
        OpCase all = new OpCase("reduce", b -> b.scalar(b.graph.apply("loss",
                Reduce.all(reduction, 1), b.unary("exp", UnaryFunction.EXP, b.input(count)))), Map.of(), 1e-6);
        run(all, LayoutPolicy.CHANNELS_LAST, 2, (node, result) -> {
            if (node.op() instanceof Reduce) {
                double sum = Arrays.stream(result.of(node.inputs().getFirst())).sum();
                double[] exact = {reduction == Reduction.MEAN ? sum / count : sum};
                close("all", result.of(node.outputs().getFirst()), exact, exact);
                return true;
            }
            return false;
        });
    }

    @ParameterizedTest
    @CsvSource({"400000, 16, 0", "16, 400000, 1"})
    void alongADimension(int rows, int columns, int axis) {
        OpCase some = new OpCase("reduce along " + axis, b -> b.scalar(b.graph.apply("loss", Reduce.all(Reduction.SUM,
                1), b.graph.apply("sums", Reduce.over(Reduction.SUM, axis), b.unary("exp", UnaryFunction.EXP,
                b.input(rows, columns))))), Map.of(), 1e-6);
        run(some, LayoutPolicy.CHANNELS_LAST, 2, (node, result) -> {
            if (node.op() instanceof Reduce && node.name().equals("sums")) {
                double[] x = result.of(node.inputs().getFirst());
                double[] exact = new double[16];
                for (int i = 0; i < x.length; i++) {
                    exact[axis == 0 ? i % 16 : i / columns] += x[i];
                }
                close("sums", result.of(node.outputs().getFirst()), exact, exact);
                return true;
            }
            return false;
        });
    }

    /** The gradient of a variable that is added to every row. */
    @ParameterizedTest
    @CsvSource({"1", "2"})
    void theGradientOfWhatIsRepeated(int threads) {
        OpCase rows = ended("repeated", b -> b.binary("sum", BinaryFunction.ADD, b.input(ROWS, 16),
                b.variable("row", Variable.Kind.BIAS, 16)));
        run(rows, LayoutPolicy.CHANNELS_LAST, threads, (node, result) -> {
            if (node.op() instanceof Reduce && node.outputs().getFirst().type().shape().elements() == 16) {
                columns("row", result.of(node.outputs().getFirst()), result.of(node.inputs().getFirst()), 16);
                return true;
            }
            return false;
        });
    }

    /** The gradient of a row of a table that is chosen hundreds of thousands of times. */
    @ParameterizedTest
    @CsvSource({"1", "2"})
    void theGradientOfAChosenRow(int threads) {
        int[] chosen = new int[ROWS];
        double[] indices = new double[ROWS];
        for (int i = 0; i < ROWS; i++) {
            chosen[i] = i % 5 == 0 ? i % 3 : 0;
            indices[i] = chosen[i];
        }
        OpCase chosenRows = ended("gather", b -> b.graph.apply("rows", Gather.along(0),
                b.variable("table", Variable.Kind.WEIGHT, 3, 16),
                b.graph.input("chosen", new TensorType(DType.I32, Shape.of(ROWS)))));
        OpCase rows = new OpCase(chosenRows.name(), chosenRows.body(), Map.of("chosen", indices), 1e-6);
        run(rows, LayoutPolicy.CHANNELS_LAST, threads, (node, result) -> {
            if (node.op() instanceof ScatterAdd) {
                double[] dy = result.of(node.inputs().getFirst());
                double[] exact = new double[48];
                double[] all = new double[48];
                for (int i = 0; i < dy.length; i++) {
                    exact[chosen[i / 16] * 16 + i % 16] += dy[i];
                    all[chosen[i / 16] * 16 + i % 16] += Math.abs(dy[i]);
                }
                close("table", result.of(node.outputs().getFirst()), exact, all);
                return true;
            }
            return false;
        });
    }

    /** Looks at a node; whether it was one to look at. */
    private interface Look {
        boolean at(Node node, GraphRunner.Result result);
    }

    /** Ends in the mean of an exponential, so that all gradients are above zero. */
    private static OpCase ended(String name, Function<CaseBuilder, Value> body) {
        return new OpCase(name, b -> {
            Value y = b.unary("exp", UnaryFunction.EXP, body.apply(b));
            return b.scalar(b.graph.apply("loss", Reduce.all(Reduction.MEAN, y.type().shape().rank()), y));
        }, Map.of(), 1e-6);
    }

    private static void run(OpCase opCase, LayoutPolicy policy, int threads, Look look) {
        Graph plain = opCase.graph(DType.F32);
        Graph graph = plain.variables().isEmpty() ? plain : Differentiation.differentiate(plain, "loss");
        Map<String, double[]> values = opCase.values();
        try (Device device = Backends.open("cpu", DeviceOptions.defaults().withThreads(threads))) {
            GraphRunner.Result result = GraphRunner.run(graph, device, policy, values);
            long seen = graph.nodes().stream().filter(node -> look.at(node, result)).count();
            assertThat(seen).isEqualTo(1);
        }
    }

    private static void columns(String what, double[] sums, double[] terms, int columns) {
        double[] exact = new double[columns];
        double[] all = new double[columns];
        for (int i = 0; i < terms.length; i++) {
            exact[i % columns] += terms[i];
            all[i % columns] += Math.abs(terms[i]);
        }
        close(what, sums, exact, all);
    }

    /** Of images {@code (N, channels, pixels)}. */
    private static void planes(String what, double[] sums, double[] terms, int channels) {
        int pixels = SIDE * SIDE;
        double[] exact = new double[channels];
        double[] all = new double[channels];
        for (int i = 0; i < terms.length; i++) {
            exact[i / pixels % channels] += terms[i];
            all[i / pixels % channels] += Math.abs(terms[i]);
        }
        close(what, sums, exact, all);
    }

    private static void close(String what, double[] actual, double[] exact, double[] scale) {
        double worst = 0;
        for (int i = 0; i < exact.length; i++) {
            worst = Math.max(worst, Math.abs(actual[i] - exact[i]) / scale[i]);
        }
        assertThat(worst).as(what).isLessThan(1e-6);
    }
}

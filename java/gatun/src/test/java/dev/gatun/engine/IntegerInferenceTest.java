package dev.gatun.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.offset;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.graph.Differentiation;
import dev.gatun.graph.Graph;
import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Initializer;
import dev.gatun.graph.Value;
import dev.gatun.graph.Variable;
import dev.gatun.graph.integers.IntegerInference;
import dev.gatun.memory.NoLeaks;
import dev.gatun.onednn.CpuProvider;
import dev.gatun.op.Binary;
import dev.gatun.op.Convolution;
import dev.gatun.op.FakeQuantize;
import dev.gatun.op.Linear;
import dev.gatun.op.Pool;
import dev.gatun.op.Reduce;
import dev.gatun.op.Reshape;
import dev.gatun.op.Unary;
import dev.gatun.op.Window;
import dev.gatun.op.function.BinaryFunction;
import dev.gatun.op.function.PoolKind;
import dev.gatun.op.function.Reduction;
import dev.gatun.op.function.UnaryFunction;
import dev.gatun.reference.ReferenceProvider;
import dev.gatun.shape.DType;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Graphs of fake quantizations on integers: what they become, and that they compute the same. */
@ExtendWith(NoLeaks.class)
class IntegerInferenceTest {
    private static final float STEP = 0.05f;

    /** Builds graphs of fake quantizations. */
    private static final class Network {
        private final GraphBuilder graph = new GraphBuilder();

        private Value variable(String name, Initializer initializer, Variable.Kind kind, long... extents) {
            return graph.variable(new Variable(name, Shape.of(extents), kind, initializer), DType.F32);
        }

        private static Initializer constant(float value) {
            return (values, _, _) -> Arrays.fill(values, value);
        }

        private static Initializer random(float most) {
            return (values, _, random) -> {
                for (int i = 0; i < values.length; i++) {
                    values[i] = (random.nextFloat() * 2 - 1) * most;
                }
            };
        }

        Value rounded(String name, Value x, boolean signed) {
            return rounded(name, x, signed ? -128 : 0, signed ? 127 : 255, STEP);
        }

        Value rounded(String name, Value x, int low, int high, float scale) {
            return graph.apply(name, new FakeQuantize(low, high, FakeQuantize.PER_TENSOR), x,
                    variable(name + ".scale", constant(scale), Variable.Kind.BUFFER));
        }

        Value affine(String name, Value x, float zeroPoint) {
            return graph.apply(name, new FakeQuantize(0, 255, FakeQuantize.PER_TENSOR), x,
                    variable(name + ".scale", constant(STEP), Variable.Kind.BUFFER),
                    variable(name + ".zero_point", constant(zeroPoint), Variable.Kind.BUFFER));
        }

        Value weight(String name, long... extents) {
            Value scale = variable(name + ".scale", (values, _, random) -> {
                for (int i = 0; i < values.length; i++) {
                    values[i] = 0.002f + 0.001f * random.nextFloat();
                }
            }, Variable.Kind.BUFFER, extents[0]);
            return graph.apply(name + ".rounded", new FakeQuantize(-127, 127, 0),
                    variable(name, random(0.25f), Variable.Kind.WEIGHT, extents), scale);
        }

        Value convolution(String name, Value x, long outputs, long size, long stride) {
            return graph.apply(name, Convolution.square(stride, size / 2), x,
                    weight(name + ".weight", outputs, x.type().shape().extent(1), size, size),
                    variable(name + ".bias", random(0.5f), Variable.Kind.BIAS, outputs));
        }

        Value linear(String name, Value x, long outputs) {
            return graph.apply(name, new Linear(), x,
                    weight(name + ".weight", outputs, x.type().shape().extent(1)),
                    variable(name + ".bias", random(0.5f), Variable.Kind.BIAS, outputs));
        }

        Value relu(String name, Value x) {
            return graph.apply(name, new Unary(UnaryFunction.RELU), x);
        }

        Value add(String name, Value a, Value b) {
            return graph.apply(name, new Binary(BinaryFunction.ADD), a, b);
        }

        Value images(long channels, long extent) {
            return graph.input("x", TensorType.f32(3, channels, extent, extent));
        }

        Graph build(Value y) {
            graph.output("y", y);
            return graph.build();
        }
    }

    /** A block without and one with a projection, then the mean of the images and a classifier. */
    private static Graph residual() {
        Network n = new Network();
        Value x = n.rounded("stem", n.images(3, 9), true);
        Value a = n.rounded("a", n.relu("a.relu", n.convolution("conv0", x, 10, 3, 1)), false);
        Value b = n.rounded("b", n.relu("b.relu", n.convolution("conv1", a, 10, 3, 1)), false);
        Value c = n.rounded("c", n.relu("c.relu", n.add("add1", n.convolution("conv2", b, 10, 3, 1), a)), false);
        Value d = n.rounded("d", n.relu("d.relu", n.convolution("conv3", c, 17, 3, 2)), false);
        Value shortcut = n.rounded("shortcut", n.convolution("down", c, 17, 1, 2), true);
        Value e = n.rounded("e", n.relu("e.relu", n.add("add2", n.convolution("conv4", d, 17, 3, 1), shortcut)),
                false);
        Value mean = n.graph.apply("mean", Pool.global(PoolKind.AVERAGE, e.type().shape()), e);
        Value flat = n.graph.apply("flat", Reshape.flatten(mean.type().shape()), mean);
        return n.build(n.linear("fc", n.rounded("features", flat, false), 5));
    }

    /** Convolutions, pooling and linear layers, with zero points. */
    private static Graph lenet() {
        Network n = new Network();
        Value x = n.affine("in", n.images(1, 12), 100);
        Value a = n.graph.apply("pool1", new Pool(PoolKind.MAX, Window.square(2)),
                n.relu("relu1", n.convolution("conv1", x, 6, 5, 1)));
        Value b = n.graph.apply("pool2", new Pool(PoolKind.MAX, Window.square(2)),
                n.convolution("conv2", n.rounded("a", a, false), 16, 5, 1));
        Value flat = n.graph.apply("flat", Reshape.flatten(b.type().shape()), b);
        Value c = n.rounded("c", n.relu("relu3", n.linear("fc1", n.affine("b", flat, 128), 20)), false);
        return n.build(n.linear("fc2", c, 7));
    }

    private static float[] run(Graph graph, Device device, CompileOptions.Integers integers) {
        try (Program program = Compiler.compile(graph, device, CompileOptions.defaults().withIntegers(integers));
                Variables variables = program.variables()) {
            variables.initialize(3);
            Networks.fill(program, 5);
            program.prepack();
            program.forward();
            return Networks.output(program, "y");
        }
    }

    private static void agrees(Graph graph) {
        float[] emulated;
        try (Device device = new ReferenceProvider().open(DeviceOptions.defaults())) {
            emulated = run(graph, device, CompileOptions.Integers.EMULATED);
            close(run(graph, device, CompileOptions.Integers.COMPUTED), emulated);
        }
        for (int threads = 1; threads <= 2; threads++) {
            try (Device device = new CpuProvider().open(DeviceOptions.defaults().withThreads(threads))) {
                close(run(graph, device, CompileOptions.Integers.COMPUTED), emulated);
                close(run(graph, device, CompileOptions.Integers.EMULATED), emulated);
            }
        }
    }

    /** A tie of one layer that is rounded the other way changes the result by less than a unit of a scale. */
    private static void close(float[] actual, float[] expected) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual[i]).as("element %s", i).isCloseTo(expected[i], offset(STEP));
        }
    }

    @Test
    void residualBlocksStayOnIntegers() {
        Graph graph = residual();
        try (Device device = new ReferenceProvider().open(DeviceOptions.defaults())) {
            IntegerInference.Result result = Compiler.integers(graph, device);
            assertThat(result.report().integers())
                    .containsExactly("conv0", "conv1", "conv2", "conv3", "down", "conv4", "fc");
            assertThat(result.report().left()).isEmpty();
            assertThat(result.graph().nodes().stream().map(node -> node.op().name())
                    .filter(name -> !name.equals("quantize") && !name.equals("quantized_convolution")))
                    .containsExactly("dequantize", "average_pool", "reshape", "quantized_linear");
        }
        agrees(graph);
    }

    @Test
    void poolingAndFlatteningStayOnIntegers() {
        Graph graph = lenet();
        try (Device device = new ReferenceProvider().open(DeviceOptions.defaults())) {
            assertThat(Compiler.integers(graph, device).graph().nodes().stream().map(node -> node.op().name())
                    .filter(name -> !name.equals("quantize"))).containsExactly("quantized_convolution", "max_pool",
                    "quantized_convolution", "max_pool", "reshape", "quantized_linear", "quantized_linear");
        }
        agrees(graph);
    }

    @Test
    void weightsAreQuantizedOnceAndKeptAsTheLayerReadsThem() {
        try (Device device = new CpuProvider().open(DeviceOptions.defaults());
                Program program = Compiler.compile(residual(), device, CompileOptions.defaults());
                Variables _ = program.variables()) {
            assumeThat(Compiler.integers(residual(), device).report().left()).as("a processor with VNNI").isEmpty();
            List<KernelReport> kernels = program.explain();
            assertThat(kernels).filteredOn(kernel -> kernel.layer().endsWith(".weight.rounded")
                    && kernel.operation().equals("quantize")).hasSize(7)
                    .allMatch(kernel -> kernel.stage().equals("prepack"));
            assertThat(kernels).filteredOn(kernel -> kernel.isReorder() && kernel.stage().equals("forward")
                    && kernel.inputs().startsWith("i8")).isEmpty();
        }
    }

    @Test
    void sumsOfIntegersAreOneKernel() {
        Network n = new Network();
        Value x = n.images(4, 6);
        Value a = n.rounded("a", n.relu("relu", n.convolution("conv", n.rounded("in", x, true), 4, 3, 1)), false);
        Value b = n.affine("b", n.convolution("other", a, 4, 1, 1), 120);
        Value sum = n.rounded("sum", n.relu("sum.relu", n.add("add", b, a)), false);
        Graph graph = n.build(n.convolution("last", sum, 3, 1, 1));
        try (Device device = new ReferenceProvider().open(DeviceOptions.defaults())) {
            assertThat(Compiler.integers(graph, device).graph().nodes().stream().map(node -> node.op().name()))
                    .contains("quantized_sum").doesNotContain("binary", "add", "relu");
        }
        agrees(graph);
    }

    @Test
    void saysWhatStaysInF32() {
        Network n = new Network();
        Value x = n.images(4, 6);
        Value plain = n.convolution("plain", x, 4, 3, 1);
        Value wide = n.convolution("wide", n.rounded("wide.in", plain, -32768, 32767, 1e-3f), 4, 3, 1);
        Value good = n.convolution("good", n.rounded("good.in", wide, true), 4, 3, 1);
        Graph graph = n.build(good);
        try (Device device = new ReferenceProvider().open(DeviceOptions.defaults())) {
            assertThat(Compiler.integers(graph, device).report().toString().lines()).containsExactly(
                    "1 of 3 layers on integers of 8 bits",
                    "in f32: plain (convolution): its input is not quantized",
                    "in f32: wide (convolution): its input is quantized to integers from -32768 to 32767, more than 8"
                            + " bits hold");
        }
        agrees(graph);
        IntegerInference.Result none = IntegerInference.of(graph, (_, _) -> Optional.of("no integers here"));
        assertThat(none.graph()).isSameAs(graph);
        assertThat(none.report().left()).extracting(left -> left.layer() + ": " + left.reason())
                .contains("good: no integers here");
    }

    @Test
    void integersHaveNoGradient() {
        Network n = new Network();
        Value y = n.linear("fc", n.rounded("in", n.graph.input("x", TensorType.f32(2, 3)), true), 4);
        Value loss = n.graph.apply("loss", Reduce.all(Reduction.SUM, y.type().shape().rank()), y);
        n.graph.output("loss", loss);
        Graph graph = n.graph.build();
        Graph integers = IntegerInference.of(graph, (_, _) -> Optional.empty()).graph();
        assertThatIllegalArgumentException().isThrownBy(() -> Differentiation.differentiate(integers, "loss"))
                .withMessageContaining("computes on integers and has no gradient");
        Graph training = Differentiation.differentiate(graph, "loss");
        assertThatIllegalArgumentException().isThrownBy(() -> IntegerInference.of(training, (_, _) -> Optional.empty()))
                .withMessageContaining("for inference only");
    }
}

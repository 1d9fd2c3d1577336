package dev.gatun.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.backend.Support;
import dev.gatun.graph.Graph;
import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.memory.NoLeaks;
import dev.gatun.onednn.primitive.Geometry;
import dev.gatun.op.Concat;
import dev.gatun.op.Convolution;
import dev.gatun.op.Dequantize;
import dev.gatun.op.Op;
import dev.gatun.op.Pool;
import dev.gatun.op.Quantize;
import dev.gatun.op.QuantizedConvolution;
import dev.gatun.op.QuantizedLinear;
import dev.gatun.op.QuantizedSum;
import dev.gatun.op.Window;
import dev.gatun.op.function.IntegerLayer;
import dev.gatun.op.function.IntegerLayer.Addend;
import dev.gatun.op.function.IntegerRange;
import dev.gatun.op.function.PoolKind;
import dev.gatun.reference.GraphRunner;
import dev.gatun.reference.ReferenceProvider;
import dev.gatun.shape.DType;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Operations on integers of 8 bits: the CPU against the reference, under guard, on 1 and 2 threads. */
@ExtendWith(NoLeaks.class)
class QuantizedOperationsTest {
    private static final IntegerRange SYMMETRIC = new IntegerRange(DType.I8, -127, 127);

    /** An operation on given inputs. */
    record Case(String name, Op op, List<TensorType> types, List<double[]> values) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** Collects the inputs of a case. */
    private static final class Inputs {
        private final Random random;
        private final List<TensorType> types = new ArrayList<>();
        private final List<double[]> values = new ArrayList<>();

        Inputs(String name) {
            random = new Random(name.hashCode());
        }

        Inputs integers(DType dtype, long... extents) {
            return add(new TensorType(dtype, Shape.of(extents)),
                    dtype == DType.I8 ? -128 : 0, dtype == DType.I8 ? 128 : 256, true);
        }

        Inputs weights(long... extents) {
            return add(new TensorType(DType.I8, Shape.of(extents)), -127, 128, true);
        }

        Inputs reals(double low, double high, long... extents) {
            return add(TensorType.f32(extents), low, high, false);
        }

        Inputs zeroPoint(int value) {
            types.add(TensorType.f32());
            values.add(new double[] {value});
            return this;
        }

        Inputs scale(double value) {
            return reals(value, value * 1.5);
        }

        private Inputs add(TensorType type, double low, double high, boolean whole) {
            double[] drawn = random.doubles(type.shape().elements(), low, high).toArray();
            for (int i = 0; i < drawn.length; i++) {
                drawn[i] = whole ? Math.floor(drawn[i]) : (float) drawn[i];
            }
            types.add(type);
            values.add(drawn);
            return this;
        }

        Case of(String name, Op op) {
            return new Case(name, op, types, values);
        }
    }

    /** Geometry of a convolution: batch 2, and so many channels and places. */
    private record Drawn(String name, Convolution op, long in, long out, long extent, long window) {}

    private static List<Drawn> convolutions() {
        Convolution plain = Convolution.square(1, 1);
        return List.of(new Drawn("3x3", plain, 16, 32, 8, 3), new Drawn("3x3 odd", plain, 13, 7, 7, 3),
                new Drawn("few channels", plain, 3, 16, 9, 3),
                new Drawn("strided", Convolution.square(2, 1), 16, 24, 9, 3),
                new Drawn("1x1", Convolution.square(1, 0), 20, 18, 5, 1),
                new Drawn("1x1 strided", Convolution.square(2, 0), 16, 32, 8, 1),
                new Drawn("dilated", Convolution.square(1, 2).dilation(2), 8, 16, 9, 3),
                new Drawn("grouped", plain.groups(4), 16, 32, 6, 3),
                new Drawn("depthwise", plain.groups(24), 24, 24, 8, 3),
                new Drawn("depthwise odd", Convolution.square(2, 1).groups(5), 5, 5, 8, 3),
                new Drawn("wide padding", Convolution.square(1, 4), 8, 8, 4, 5));
    }

    private static final List<IntegerLayer> LAYERS = layers();

    private static List<IntegerLayer> layers() {
        IntegerLayer plain = IntegerLayer.defaults();
        IntegerLayer.Result u8 = new IntegerLayer.Result(IntegerRange.U8, false);
        IntegerLayer.Result affine = new IntegerLayer.Result(IntegerRange.U8, true);
        IntegerLayer.Result narrow = new IntegerLayer.Result(SYMMETRIC, false);
        IntegerLayer.Result four = new IntegerLayer.Result(new IntegerRange(DType.U8, 0, 15), true);
        return List.of(plain, plain.withBias(true).withRelu(true), plain.withBias(true).withRelu(true).withResult(u8),
                plain.withResult(narrow), plain.withBias(true).withResult(affine),
                plain.withRelu(true).withResult(affine), plain.withRelu(true).withResult(four),
                plain.withSourceZeroPoint(true).withBias(true).withResult(affine),
                plain.withSourceZeroPoint(true),
                plain.withResult(u8).withAddend(Addend.SYMMETRIC).withRelu(true).withBias(true),
                plain.withResult(affine).withAddend(Addend.AFFINE).withRelu(true),
                plain.withResult(affine).withAddend(Addend.AFFINE).withSourceZeroPoint(true).withBias(true),
                plain.withResult(narrow).withAddend(Addend.SYMMETRIC),
                plain.withResult(four).withAddend(Addend.AFFINE).withRelu(true));
    }

    static List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        int number = 0;
        for (Drawn drawn : convolutions()) {
            for (IntegerLayer layer : LAYERS) {
                DType source = number++ % 2 == 0 ? DType.U8 : DType.I8;
                cases.add(convolution(drawn, layer, source));
            }
        }
        for (long features : new long[] {1, 17, 64}) {
            for (IntegerLayer layer : LAYERS) {
                DType source = number++ % 2 == 0 ? DType.U8 : DType.I8;
                String name = "linear " + features + " " + source + " " + layer;
                Inputs inputs = layer(new Inputs(name), layer, source, new long[] {3, features},
                        new long[] {10, features}, new long[] {3, 10}, features);
                cases.add(inputs.of(name, new QuantizedLinear(layer)));
            }
        }
        IntegerLayer images = LAYERS.get(4);
        cases.add(layer(new Inputs("images"), images, DType.U8, new long[] {2, 6, 3, 3}, new long[] {5, 6, 3, 3},
                new long[] {2, 5}, 54).of("linear of images", new QuantizedLinear(images)));
        elementwise(cases);
        return cases;
    }

    private static Case convolution(Drawn drawn, IntegerLayer layer, DType source) {
        String name = drawn.name + " " + source + " " + layer;
        long perGroup = drawn.in / drawn.op.groups();
        long[] x = {2, drawn.in, drawn.extent, drawn.extent};
        long[] w = {drawn.out, perGroup, drawn.window, drawn.window};
        long[] y = drawn.op.infer(List.of(TensorType.f32(x), TensorType.f32(w))).getFirst().shape().extents();
        return layer(new Inputs(name), layer, source, x, w, y, perGroup * drawn.window * drawn.window)
                .of(name, new QuantizedConvolution(drawn.op, layer));
    }

    private static Inputs layer(
            Inputs inputs, IntegerLayer layer, DType source, long[] x, long[] w, long[] y, long terms) {
        inputs.integers(source, x).scale(0.02);
        if (layer.sourceZeroPoint()) {
            inputs.zeroPoint(source == DType.U8 ? 117 : -9);
        }
        inputs.weights(w);
        if (inputs.random.nextBoolean()) {
            inputs.reals(0.001, 0.004, w[0]);
        } else {
            inputs.scale(0.002);
        }
        if (layer.bias()) {
            inputs.reals(-3, 3, w[0]);
        }
        if (layer.addend() != Addend.NONE) {
            inputs.integers(source == DType.U8 ? DType.I8 : DType.U8, y).scale(0.03);
            if (layer.addend() == Addend.AFFINE) {
                inputs.zeroPoint(5);
            }
        }
        if (layer.result() != null) {
            inputs.scale(0.02 * Math.sqrt((double) terms) * (layer.result().range().high() < 100 ? 10 : 1));
            if (layer.result().zeroPoint()) {
                inputs.zeroPoint(layer.result().range().high() < 100 ? 3 : 120);
            }
        }
        return inputs;
    }

    private static void elementwise(List<Case> cases) {
        cases.add(new Inputs("quantize").reals(-3, 3, 2, 5, 3, 3).scale(0.01)
                .of("quantize per tensor", new Quantize(SYMMETRIC, Quantize.PER_TENSOR)));
        cases.add(new Inputs("quantize affine").reals(-3, 3, 2, 5, 3, 3).scale(0.02).zeroPoint(100)
                .of("quantize affine", new Quantize(IntegerRange.U8, Quantize.PER_TENSOR)));
        for (int axis = 0; axis < 4; axis++) {
            long channels = 2L + axis;
            cases.add(new Inputs("channels").reals(-3, 3, 2, 3, 4, 5).reals(0.01, 0.05, channels)
                    .of("quantize along " + axis, new Quantize(SYMMETRIC, axis)));
            cases.add(new Inputs("channels").integers(DType.I8, 2, 3, 4, 5).reals(0.01, 0.05, channels)
                    .reals(3, 3.0001, channels).of("dequantize along " + axis, new Dequantize(axis)));
        }
        cases.add(new Inputs("dequantize").integers(DType.U8, 2, 5, 3, 3).scale(0.01).zeroPoint(128)
                .of("dequantize affine", new Dequantize(Quantize.PER_TENSOR)));
        IntegerLayer.Result u8 = new IntegerLayer.Result(IntegerRange.U8, false);
        IntegerLayer.Result affine = new IntegerLayer.Result(SYMMETRIC, true);
        cases.add(new Inputs("sum").integers(DType.U8, 2, 5, 3, 3).scale(0.01).integers(DType.I8, 2, 5, 3, 3)
                .scale(0.03).zeroPoint(-7).scale(0.02)
                .of("sum", new QuantizedSum(List.of(Addend.SYMMETRIC, Addend.AFFINE), true, u8)));
        cases.add(new Inputs("rescale").integers(DType.I8, 3, 70).scale(0.01).zeroPoint(11).scale(0.02).zeroPoint(-4)
                .of("rescale", new QuantizedSum(List.of(Addend.AFFINE), false, affine)));
        for (DType dtype : new DType[] {DType.U8, DType.I8}) {
            cases.add(new Inputs("pool").integers(dtype, 2, 19, 7, 7).of("max pool of " + dtype,
                    new Pool(PoolKind.MAX, Window.square(3).stride(2).padding(1))));
            cases.add(new Inputs("pool 1d").integers(dtype, 2, 5, 9).of("max pool of one axis of " + dtype,
                    new Pool(PoolKind.MAX, Window.of(2))));
            cases.add(new Inputs("pool 3d").integers(dtype, 1, 5, 4, 4, 4).of("max pool of volumes of " + dtype,
                    new Pool(PoolKind.MAX, Window.of(2, 2, 2))));
            cases.add(new Inputs("concat").integers(dtype, 2, 3, 4, 4).integers(dtype, 2, 5, 4, 4)
                    .of("concat of " + dtype, new Concat(1)));
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void agreesWithTheReference(Case each) {
        GraphBuilder builder = new GraphBuilder();
        Map<String, double[]> values = new HashMap<>();
        List<Value> inputs = new ArrayList<>();
        for (int i = 0; i < each.types.size(); i++) {
            inputs.add(builder.input("in" + i, each.types.get(i)));
            values.put("in" + i, each.values.get(i));
        }
        builder.output("y", builder.apply("op", each.op, inputs.toArray(Value[]::new)));
        Graph graph = builder.build();
        double[] expected;
        try (Device device = new ReferenceProvider().open(DeviceOptions.defaults())) {
            expected = GraphRunner.run(graph, device, values).output("y");
        }
        boolean exact = each.op instanceof Pool || each.op instanceof Concat;
        boolean real = graph.output("y").type().dtype() == DType.F32;
        for (int threads = 1; threads <= 2; threads++) {
            try (Device device = new CpuProvider().open(DeviceOptions.defaults().withThreads(threads))) {
                assumeThat(device.supports(each.op, each.types)).as("a processor with VNNI").isEqualTo(Support.yes());
                double[] actual = GraphRunner.run(graph, device, values).output("y");
                int off = 0;
                for (int i = 0; i < expected.length; i++) {
                    double limit = exact ? 0 : real ? 1e-5 * (1 + Math.abs(expected[i])) : 1;
                    assertThat(Math.abs(actual[i] - expected[i])).as("%s: element %d is %s, not %s, on %s threads",
                            each.name, i, actual[i], expected[i], threads).isLessThanOrEqualTo(limit);
                    off += actual[i] == expected[i] ? 0 : 1;
                }
                assertThat(real ? 0 : off).as("ties that are rounded the other way")
                        .isLessThanOrEqualTo(1 + expected.length / 200);
            }
        }
    }
}

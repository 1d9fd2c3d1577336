package dev.gatun.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.backend.Device;
import dev.gatun.backend.LayoutPolicy;
import dev.gatun.backend.OnEachDevice;
import dev.gatun.backend.TestDevices;
import dev.gatun.backend.Transfers;
import dev.gatun.graph.Graph;
import dev.gatun.graph.Value;
import dev.gatun.memory.NoLeaks;
import dev.gatun.op.BatchNormalization;
import dev.gatun.op.Pool;
import dev.gatun.op.Window;
import dev.gatun.op.function.PoolKind;
import dev.gatun.reference.CaseBuilder;
import dev.gatun.reference.Elements;
import dev.gatun.reference.GraphRunner;
import dev.gatun.reference.OpCase;
import dev.gatun.shape.DType;
import dev.gatun.shape.Layout;
import dev.gatun.shape.Stored;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;

/** A NaN is kept where it belongs and nowhere else: each element is NaN where that of the reference is. */
@ExtendWith(NoLeaks.class)
class NanPlacementTest {
    private static final int CHANNELS = 19; // blocks, and a rest
    private static final int SIDE = 5;

    /** Few values a channel, and many: those of oneDNN, and ours. */
    @ParameterizedTest
    @OnEachDevice({"2", "7"})
    void anInfinityMakesNanOfItsChannelAlone(String backend, int images) {
        OpCase broken = normalized("infinite image", BatchNormalization.Mode.TRAINING, images);
        Map<String, double[]> values = broken.values();
        set(values, "x", at(1, 7, 12), Double.POSITIVE_INFINITY);
        set(values, "x", at(0, 18, 3), Double.NaN);
        agrees(backend, broken, values, 2 * images * SIDE * SIDE);
    }

    @ParameterizedTest
    @OnEachDevice
    void aNumberOfAChannelThatIsNanIsThatChannels(String backend) {
        for (BatchNormalization.Mode mode : BatchNormalization.Mode.values()) {
            for (String number : new String[] {"bn.weight", "bn.bias"}) {
                OpCase broken = normalized("broken " + number + " in " + mode, mode, 2);
                Map<String, double[]> values = broken.values();
                set(values, number, 11, Double.NaN);
                agrees(backend, broken, values, 2 * SIDE * SIDE);
            }
        }
    }

    /** Of an infinite scale only what is exactly the mean is NaN; the rest is infinite, or zero behind the ReLU. */
    @ParameterizedTest
    @OnEachDevice
    void anElementThatIsNanStaysOneWhereTheStatisticsAreConstants(String backend) {
        for (BatchNormalization.Mode mode
                : new BatchNormalization.Mode[] {BatchNormalization.Mode.FROZEN, BatchNormalization.Mode.INFERENCE}) {
            OpCase broken = normalized("one element in " + mode, mode, 2);
            Map<String, double[]> values = broken.values();
            set(values, "x", at(1, 3, 8), Double.NaN);
            set(values, "bn.weight", 5, Double.POSITIVE_INFINITY);
            set(values, "bn.running_mean", 5, 0);
            set(values, "x", at(0, 5, 2), 0);
            agrees(backend, broken, values, 2);
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void theWindowsThatHoldANanAreNan(String backend) {
        agrees(backend, pooled(Window.square(3).stride(2).padding(1)), at(1, 3, 12), 1);
        agrees(backend, pooled(Window.square(3).stride(1).padding(1)), at(1, 17, 0), 4);
        agrees(backend, pooled(Window.square(2).stride(1).dilation(2)), at(0, 18, 12), 4);
        agrees(backend, pooled(Window.of(2, 3).stride(1, 2)), at(1, 0, 16), 2);
    }

    private static void agrees(String backend, OpCase broken, int at, int count) {
        Map<String, double[]> values = broken.values();
        set(values, "x", at, Double.NaN);
        agrees(backend, broken, values, count);
    }

    private static OpCase pooled(Window window) {
        return onImages("max pooling by " + window,
                b -> b.graph.apply("pool", new Pool(PoolKind.MAX, window), b.input(2, CHANNELS, SIDE, SIDE)));
    }

    private static OpCase normalized(String name, BatchNormalization.Mode mode, int images) {
        return onImages(name + " of " + images, b -> b.relu("relu", b.normalization(
                "bn", BatchNormalization.standard().withMode(mode), b.input(images, CHANNELS, SIDE, SIDE))));
    }

    private static OpCase onImages(String name, Function<CaseBuilder, Value> body) {
        return new OpCase(name, b -> {
            b.graph.output("y", body.apply(b));
            return b.graph.build();
        }, Map.of(), 2e-5);
    }

    private static int at(int image, int channel, int pixel) {
        return (image * CHANNELS + channel) * SIDE * SIDE + pixel;
    }

    private static void set(Map<String, double[]> values, String name, int at, double value) {
        Objects.requireNonNull(values.get(name))[at] = value;
    }

    /** Compares NaN for NaN, of which there are so many. */
    private static void agrees(String backend, OpCase broken, Map<String, double[]> values, int count) {
        double[] expected;
        try (Device reference = TestDevices.open(TestDevices.ORACLE)) {
            expected = GraphRunner.run(broken.graph(DType.F64), reference, values).output("y");
        }
        Graph graph = broken.graph(DType.F32);
        try (Device device = TestDevices.open(backend)) {
            for (LayoutPolicy layout : TestDevices.layouts(device)) {
                double[] y = run(graph, device, layout, values);
                int nans = 0;
                for (int i = 0; i < y.length; i++) {
                    assertThat(Double.isNaN(y[i])).as("%s, %s: element %d is %s, expected %s", broken, layout, i, y[i],
                            expected[i]).isEqualTo(Double.isNaN(expected[i]));
                    nans += Double.isNaN(y[i]) ? 1 : 0;
                }
                assertThat(nans).as("%s, %s", broken, layout).isEqualTo(count);
            }
        }
    }

    private static double[] run(Graph graph, Device device, LayoutPolicy layout, Map<String, double[]> values) {
        try (Program program = Compiler.compile(graph, device, CompileOptions.defaults().withLayout(layout));
                Variables variables = program.variables()) {
            for (Variables.Slot slot : variables.slots()) {
                double[] given = Objects.requireNonNull(values.get(slot.variable().name()));
                float[] floats = new float[given.length];
                for (int i = 0; i < given.length; i++) {
                    floats[i] = (float) given[i];
                }
                variables.write(slot.variable().name(), floats);
            }
            Networks.fill(program, program.graph().input("x"), Objects.requireNonNull(values.get("x")));
            program.prepack();
            program.forward();
            Value y = program.graph().output("y");
            return Elements.read(Transfers.read(device, program.output("y")),
                    Stored.of(y.type(), Layout.atTheEdge(y.type().shape())));
        }
    }
}

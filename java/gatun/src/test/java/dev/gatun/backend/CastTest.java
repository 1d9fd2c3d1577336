package dev.gatun.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatun.graph.Graph;
import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.memory.Buffer;
import dev.gatun.memory.NoLeaks;
import dev.gatun.memory.Role;
import dev.gatun.op.Cast;
import dev.gatun.reference.GraphRunner;
import dev.gatun.shape.DType;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What casts round to. */
@ExtendWith(NoLeaks.class)
class CastTest {
    private static double[] cast(String name, DType from, DType to, double... values) {
        GraphBuilder builder = new GraphBuilder();
        Value x = builder.input("x", new TensorType(from, Shape.of(values.length)));
        Value narrow = builder.apply("narrow", new Cast(to), x);
        builder.output("y", builder.apply("wide", new Cast(from), narrow));
        Graph graph = builder.build();
        try (Device device = TestDevices.openForAnyPrecision(name)) {
            GraphRunner.Result result = GraphRunner.run(graph, device, Map.of("x", values));
            assertThat(result.output("y")).as("nothing is lost on the way back").containsExactly(result.of(narrow));
            return result.of(narrow);
        }
    }

    /** One above a number of bf16 lies 2^-7 of its power of two further. */
    @ParameterizedTest
    @OnEachDevice
    void bf16RoundsToTheNearestAndTiesToEven(String device) {
        assertThat(cast(device, DType.F32, DType.BF16, 1, 1 + 0x1p-8, 1 + 3 * 0x1p-8, 1 + 0x1p-8 + 0x1p-20, -1 - 0x1p-8,
                Float.MAX_VALUE, -Float.MAX_VALUE, 0x1p-126, 0x1p-135, Float.POSITIVE_INFINITY, Float.NaN, 3.140625))
                .containsExactly(1, 1, 1 + 0x1p-6, 1 + 0x1p-7, -1, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY,
                        0x1p-126, 0, Double.POSITIVE_INFINITY, Double.NaN, 3.140625);
    }

    /** The CPU takes numbers below 2^-126 for zero, as oneDNN does. */
    @ParameterizedTest
    @MethodSource("dev.gatun.backend.TestDevices#besidesTheCpu")
    void bf16HasSubnormalNumbers(String device) {
        assertThat(cast(device, DType.F32, DType.BF16, 0x1p-133, 3 * 0x1p-134, 0x1p-134, -0x1.8p-134))
                .containsExactly(0x1p-133, 0x1p-132, 0, -0x1p-133);
    }

    /** 11 significant bits, the largest number 65504, the smallest 2^-24. */
    @ParameterizedTest
    @OnEachDevice
    void f16OverflowsToInfinityAndHasSubnormalNumbers(String device) {
        assertThat(cast(device, DType.F32, DType.F16, 65504, 65519, 65520, -70000, 0x1p-14, 0x1p-24, 0x1p-25, 0x1.8p-25,
                3 * 0x1p-25, 1 + 0x1p-11, 1 + 3 * 0x1p-11, Float.NaN))
                .containsExactly(65504, 65504, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 0x1p-14, 0x1p-24, 0,
                        0x1p-24, 0x1p-23, 1, 1 + 0x1p-9, Double.NaN);
    }

    @ParameterizedTest
    @OnEachDevice
    void oneNarrowTypeBecomesTheOther(String device) {
        assertThat(cast(device, DType.BF16, DType.F16, 1, -1 - 0x1p-7, 0x1p-14, 0x1p-24, Float.POSITIVE_INFINITY))
                .containsExactly(1, -1 - 0x1p-7, 0x1p-14, 0x1p-24, Double.POSITIVE_INFINITY);
        assertThat(cast(device, DType.F16, DType.BF16, 1, -1.5, 256, 0x1p-24, Float.NaN))
                .containsExactly(1, -1.5, 256, 0x1p-24, Double.NaN);
    }

    /** Rounding to f32 first would make ties of these, and send them the other way. */
    @ParameterizedTest
    @MethodSource("dev.gatun.backend.TestDevices#besidesTheCpu")
    void doublesAreRoundedOnce(String device) {
        assertThat(cast(device, DType.F64, DType.BF16, 1 + 0x1p-8 + 0x1p-40, 1 + 3 * 0x1p-8 - 0x1p-40))
                .containsExactly(1 + 0x1p-7, 1 + 0x1p-7);
        assertThat(cast(device, DType.F64, DType.F16, 1 + 0x1p-11 + 0x1p-40, -1 - 3 * 0x1p-11 + 0x1p-40))
                .containsExactly(1 + 0x1p-10, -1 - 0x1p-10);
    }

    @ParameterizedTest
    @OnEachDevice
    void numbersOf16BitsAreLookedAt(String name) {
        try (Device device = TestDevices.openForAnyPrecision(name);
                Buffer values = device.allocate(Role.BUFFERS, "values", 4 * Short.BYTES)) {
            Transfers.write(device, values, MemorySegment.ofArray(new short[] {0x3F80, (short) 0xFF7F, 0x7C00,
                    0x7F80}));
            assertThat(device.findNonFinite(DType.BF16, values)).isEqualTo(3);
            assertThat(device.findNonFinite(DType.F16, values)).isEqualTo(1);
            Transfers.write(device, values, MemorySegment.ofArray(new short[] {0, 1, 2, 3}));
            assertThat(device.findNonFinite(DType.BF16, values)).isEqualTo(-1);
            assertThatThrownBy(() -> device.findNonFinite(DType.I32, values))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}

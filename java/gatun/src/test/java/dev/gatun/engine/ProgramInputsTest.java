package dev.gatun.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.backend.Backends;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.backend.OnEachDevice;
import dev.gatun.backend.Transfers;
import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.memory.NoLeaks;
import dev.gatun.op.Reduce;
import dev.gatun.op.Unary;
import dev.gatun.op.function.Reduction;
import dev.gatun.op.function.UnaryFunction;
import dev.gatun.shape.Layout;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;

/** What lies in the views of inputs and outputs: rows of any rank as they are written down, images channels last. */
@ExtendWith(NoLeaks.class)
class ProgramInputsTest {
    private static final long[][] EXTENTS = {{}, {6}, {2, 3}, {2, 3, 4}, {2, 3, 4, 2}, {2, 3, 1, 2, 4}};

    @ParameterizedTest
    @OnEachDevice({"0", "1", "2", "3", "5"})
    void allButImagesAreRowMajor(String backend, int rank) {
        Shape shape = Shape.of(EXTENTS[rank]);
        GraphBuilder builder = new GraphBuilder();
        Value x = builder.input("x", TensorType.f32(EXTENTS[rank]));
        builder.output("squares", builder.apply("square", new Unary(UnaryFunction.SQUARE), x));
        if (rank > 1) {
            builder.output("sums", builder.apply("sum", new Reduce(Reduction.SUM, List.of(1), Reduce.Axes.DROPPED), x));
        }
        try (Device device = Backends.open(backend, DeviceOptions.defaults());
                Program program = Compiler.compile(builder.build(), device, CompileOptions.defaults());
                Variables variables = program.variables()) {
            assertThat(variables.slots()).isEmpty();
            float[] values = new float[Math.toIntExact(shape.elements())];
            for (int i = 0; i < values.length; i++) {
                values[i] = i + 1;
            }
            Transfers.change(device, program.input("x"), memory -> MemorySegment.copy(
                    MemorySegment.ofArray(values), 0, memory, 0, (long) values.length * Float.BYTES));
            program.forward();
            float[] squares = Transfers.floats(device, program.output("squares"));
            for (int i = 0; i < values.length; i++) {
                assertThat(squares[i]).isEqualTo(values[i] * values[i]);
            }
            if (rank > 1) {
                assertThat(Transfers.floats(device, program.output("sums"))).isEqualTo(sums(values, shape));
            }
        }
    }

    /** Over the second dimension of row-major elements. */
    private static float[] sums(float[] values, Shape shape) {
        int outer = Math.toIntExact(shape.extent(0));
        int summed = Math.toIntExact(shape.extent(1));
        int inner = values.length / outer / summed;
        float[] sums = new float[outer * inner];
        for (int i = 0; i < values.length; i++) {
            sums[i / (summed * inner) * inner + i % inner] += values[i];
        }
        return sums;
    }

    @ParameterizedTest
    @OnEachDevice
    void imagesAreChannelsLast(String backend) {
        Shape shape = Shape.of(EXTENTS[4]);
        assertThat(Layout.atTheEdge(shape)).isEqualTo(Layout.channelsLast(shape));
        GraphBuilder builder = new GraphBuilder();
        Value x = builder.input("x", TensorType.f32(EXTENTS[4]));
        builder.output("sums", builder.apply("sum", new Reduce(Reduction.SUM, List.of(0, 2, 3), Reduce.Axes.DROPPED),
                x));
        try (Device device = Backends.open(backend, DeviceOptions.defaults());
                Program program = Compiler.compile(builder.build(), device, CompileOptions.defaults());
                Variables variables = program.variables()) {
            assertThat(variables.slots()).isEmpty();
            Transfers.change(device, program.input("x"), memory -> {
                float[] values = new float[48];
                for (int i = 0; i < values.length; i++) {
                    values[i] = i % 3;
                }
                MemorySegment.copy(MemorySegment.ofArray(values), 0, memory, 0, 48L * Float.BYTES);
            });
            program.forward();
            assertThat(Transfers.floats(device, program.output("sums"))).containsExactly(0, 16, 32);
        }
    }
}

package dev.gatun.train.profile;

import dev.gatun.backend.Device;
import dev.gatun.engine.CompileOptions;
import dev.gatun.engine.Compiler;
import dev.gatun.engine.Program;
import dev.gatun.engine.Variables;
import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Precision;
import dev.gatun.graph.Value;
import dev.gatun.memory.Buffer;
import dev.gatun.op.MatMul;
import dev.gatun.op.Op;
import dev.gatun.op.Unary;
import dev.gatun.op.function.UnaryFunction;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Times an operation alone, as a program of its own. */
final class PeakMeasurement {
    private static final long SIDE = 512;
    private static final double PRODUCT_FLOPS = 2.0 * SIDE * SIDE * SIDE;

    /** From what a core's cache holds to what none does. */
    private static final long[] STREAM_BYTES = {64 << 10, 512 << 10, 4 << 20, 32 << 20};

    private static final int LEAST_RUNS = 3;
    private static final int MOST_RUNS = 200;
    private static final long ENOUGH_NANOS = 60_000_000;

    private PeakMeasurement() {}

    static Peak of(Device device, Precision precision) {
        TensorType matrix = new TensorType(precision.dtype(), Shape.of(SIDE, SIDE));
        double product = PRODUCT_FLOPS / shortest(device, MatMul.plain(), matrix, matrix);
        return new Peak(product, LongStream.of(STREAM_BYTES).mapToObj(bytes -> new Peak.Stream(bytes,
                bytes / shortest(device, new Unary(UnaryFunction.RELU), TensorType.f32(bytes / 2 / Float.BYTES))))
                .toList());
    }

    /** The shortest time of the operation's kernel, without reorders around it, in nanoseconds. */
    private static double shortest(Device device, Op op, TensorType... operands) {
        GraphBuilder graph = new GraphBuilder();
        List<Value> inputs = IntStream.range(0, operands.length)
                .mapToObj(i -> graph.input("operand" + i, operands[i])).toList();
        graph.output("result", graph.node("peak", op, inputs).output());
        try (Program program = Compiler.compile(graph.build(), device, CompileOptions.measured());
                Variables _ = program.variables()) {
            inputs.forEach(input -> fill(device, program.input(input.name())));
            Fastest fastest = new Fastest();
            program.observe((kernel, begin, end) -> {
                if (!kernel.isReorder()) {
                    fastest.nanos = Math.min(fastest.nanos, end - begin);
                }
            });
            long begin = System.nanoTime();
            for (int i = 0; i < LEAST_RUNS || (i < MOST_RUNS && System.nanoTime() - begin < ENOUGH_NANOS); i++) {
                program.forward();
            }
            return Math.max(1, fastest.nanos);
        }
    }

    private static final class Fastest {
        private long nanos = Long.MAX_VALUE;
    }

    /** Bytes that make a small positive number in f32, bf16 and f16 alike. */
    private static void fill(Device device, Buffer input) {
        byte[] bytes = new byte[Math.toIntExact(input.bytes())];
        Arrays.fill(bytes, (byte) 0x3c);
        device.upload(MemorySegment.ofArray(bytes), input);
        device.stream().synchronize();
    }
}

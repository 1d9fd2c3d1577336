package dev.gatun.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.backend.Backends;
import dev.gatun.backend.Binding;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.backend.HostDevice;
import dev.gatun.backend.KernelPlan;
import dev.gatun.backend.KernelRequest;
import dev.gatun.backend.LayoutPolicy;
import dev.gatun.backend.Lowering;
import dev.gatun.backend.Operand;
import dev.gatun.backend.TestDevices;
import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Node;
import dev.gatun.graph.Value;
import dev.gatun.memory.Buffer;
import dev.gatun.memory.HostBuffer;
import dev.gatun.memory.Role;
import dev.gatun.op.Affine;
import dev.gatun.op.Concat;
import dev.gatun.op.Op;
import dev.gatun.op.Reduce;
import dev.gatun.op.Slice;
import dev.gatun.op.Unary;
import dev.gatun.op.function.Reduction;
import dev.gatun.op.function.UnaryFunction;
import dev.gatun.shape.Layout;
import dev.gatun.shape.Stored;
import dev.gatun.shape.TensorType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongToDoubleFunction;
import org.junit.jupiter.api.Test;

/** Tensors of more than 2^31 bytes, which indices of 32 bits do not reach; for {@code ci/nightly}, as it takes 5 GB. */
class LargeOperations {
    private static final long ROWS = 32_769;
    private static final long COLUMNS = 16_385;
    private static final TensorType LARGE = TensorType.f32(ROWS, COLUMNS);

    /** From -6 to 6, in another order in each row. */
    private static double element(long at) {
        return at * 7 % 13 - 6;
    }

    @Test
    void elementsBeyondTwoGibibytesAreComputedToo() {
        assertThat(LARGE.bytes()).isGreaterThan(1L << 31);
        for (String name : TestDevices.besidesTheOracle()) {
            try (Device device = Backends.open(name, DeviceOptions.defaults().withThreads(2))) {
                if (device instanceof HostDevice) { // others take what they are given in pieces
                    run(device);
                }
            }
        }
    }

    private static void run(Device device) {
        try (Buffer x = device.allocate(Role.WORKSPACE, "large", LARGE.bytes())) {
            MemorySegment memory = HostBuffer.of(x).segment();
            for (long i = 0; i < ROWS * COLUMNS; i++) {
                memory.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) element(i));
            }
            check(device, x, new Unary(UnaryFunction.RELU), i -> Math.max(0, element(i)));
            check(device, x, new Affine(2, 1), i -> 2 * element(i) + 1);
            check(device, x, new Slice(0, ROWS - 3, 3), i -> element((ROWS - 3) * COLUMNS + i));
            check(device, x, new Concat(0), LargeOperations::element);
            check(device, x, Reduce.over(Reduction.MAX, 1), _ -> 6);
            check(device, x, Reduce.over(Reduction.SUM, 1), LargeOperations::sumOfRow);
        }
    }

    private static double sumOfRow(long row) {
        double sum = 0;
        for (long i = 0; i < COLUMNS; i++) {
            sum += element(row * COLUMNS + i);
        }
        return sum;
    }

    /** Looks at every 1009th element, and at the last hundred thousand. */
    private static void check(Device device, Buffer x, Op op, LongToDoubleFunction expected) {
        GraphBuilder graph = new GraphBuilder();
        Value input = graph.input("x", LARGE);
        Node node = graph.node("op", op, List.of(input));
        List<Buffer> opened = new ArrayList<>();
        try (Lowering lowering = device.lower()) {
            KernelPlan plan = lowering.plan(node, KernelRequest.alone(LayoutPolicy.CHANNELS_LAST,
                    Operand.of(LARGE, Layout.rowMajor(LARGE.shape()))));
            assertThat(Stored.rowMajor(LARGE).holds(plan.inputs().getFirst())).isTrue();
            Buffer y = device.allocate(Role.WORKSPACE, "result", plan.outputs().getFirst().bytes());
            opened.add(y);
            Buffer scratch = device.allocate(Role.WORKSPACE, "scratch", plan.scratchBytes());
            opened.add(scratch);
            plan.bind(new Binding(List.of(x), List.of(y), scratch, null, null)).run();
            MemorySegment result = HostBuffer.of(y).segment();
            long count = node.output().type().shape().elements();
            for (long i = 0; i < count; i += i < count - 100_000 ? Math.min(1009, count - 100_000 - i) : 1) {
                double found = result.getAtIndex(ValueLayout.JAVA_FLOAT, i);
                if (found != expected.applyAsDouble(i)) {
                    assertThat(found).as("%s[%d] on %s", op, i, device.name()).isEqualTo(expected.applyAsDouble(i));
                }
            }
        } finally {
            opened.forEach(Buffer::close);
        }
    }
}

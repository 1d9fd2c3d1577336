package dev.gatun.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatun.backend.Backends;
import dev.gatun.backend.Binding;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.backend.Kernel;
import dev.gatun.backend.KernelPlan;
import dev.gatun.backend.KernelRequest;
import dev.gatun.backend.LayoutPolicy;
import dev.gatun.backend.Lowering;
import dev.gatun.backend.Operand;
import dev.gatun.backend.Support;
import dev.gatun.backend.Transfers;
import dev.gatun.backend.UnsupportedOperationOnDevice;
import dev.gatun.graph.GraphBuilder;
import dev.gatun.memory.HostBuffer;
import dev.gatun.memory.NoLeaks;
import dev.gatun.op.Op;
import dev.gatun.op.Reshape;
import dev.gatun.op.Transpose;
import dev.gatun.op.Unary;
import dev.gatun.op.function.UnaryFunction;
import dev.gatun.shape.DType;
import dev.gatun.shape.Layout;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The contract of a device: threads, lifetimes, refusals. */
@ExtendWith(NoLeaks.class)
class ReferenceDeviceTest {
    private static final TensorType ROW = TensorType.f32(3);

    private final Device device = Backends.open("reference", DeviceOptions.defaults());

    @AfterEach
    void close() {
        device.close();
    }

    private static KernelPlan relu(Lowering lowering, TensorType type) {
        return plan(lowering, "act", new Unary(UnaryFunction.RELU), type);
    }

    private static KernelPlan plan(Lowering lowering, String name, Op op, TensorType type) {
        GraphBuilder graph = new GraphBuilder();
        return lowering.plan(graph.node(name, op, List.of(graph.input("x", type))), KernelRequest.alone(
                LayoutPolicy.CHANNELS_LAST, Operand.of(type, Layout.rowMajor(type.shape()))));
    }

    private static Binding binding(HostBuffer x, HostBuffer y) {
        return new Binding(List.of(x), List.of(y));
    }

    private static HostBuffer floats(float... values) {
        return Transfers.borrowed(MemorySegment.ofArray(values));
    }

    @Test
    void callsFromAnotherThreadAreRefusedByName() throws InterruptedException {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread other = Thread.ofPlatform().name("stranger").start(() -> {
            try {
                device.findNonFinite(floats(1));
            } catch (IllegalStateException e) {
                thrown.set(e);
            }
        });
        other.join();
        assertThat(thrown.get()).hasMessage("device reference belongs to thread \"" + Thread.currentThread().getName()
                + "\", but was called from thread \"stranger\"");
    }

    @Test
    void aClosedDeviceDoesNothingMore() {
        Lowering lowering = device.lower();
        Kernel kernel = relu(lowering, ROW).bind(binding(floats(1, 2, 3), floats(0, 0, 0)));
        device.close();
        device.close();
        assertThatThrownBy(device::lower).isInstanceOf(IllegalStateException.class)
                .hasMessage("device reference is closed");
        assertThatThrownBy(kernel::run).isInstanceOf(IllegalStateException.class);
        assertThatCode(lowering::close).doesNotThrowAnyException();
    }

    @Test
    void kernelsEndWithTheirProgram() {
        Lowering lowering = device.lower();
        float[] y = new float[3];
        Kernel kernel = relu(lowering, ROW).bind(binding(floats(-1, 2, 3), floats(y)));
        kernel.run();
        assertThat(y).containsExactly(0, 2, 3);
        lowering.close();
        lowering.close();
        assertThatThrownBy(kernel::run).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("program of device reference is closed");
    }

    @Test
    void otherPrecisionsAreRefusedWithTheReason() {
        TensorType bytes = new TensorType(DType.I8, Shape.of(3));
        assertThat(device.supports(new Unary(UnaryFunction.RELU), List.of(ROW))).isEqualTo(Support.yes());
        assertThat(device.supports(new Unary(UnaryFunction.RELU), List.of(ROW.withDtype(DType.BF16))))
                .isEqualTo(Support.yes());
        assertThat(device.supports(new Unary(UnaryFunction.RELU), List.of(ROW.withDtype(DType.F16))))
                .isEqualTo(Support.yes());
        assertThat(device.supports(new Unary(UnaryFunction.RELU), List.of(bytes)))
                .isEqualTo(Support.no("the reference computes on floating-point numbers, not on i8"));
        try (Lowering lowering = device.lower()) {
            assertThatThrownBy(() -> plan(lowering, "act", new Transpose(List.of(0)), bytes))
                    .isInstanceOf(UnsupportedOperationOnDevice.class)
                    .hasMessage(
                    "device reference cannot run act (transpose): the reference computes on floating-point numbers, not"
                            + " on i8");
        }
    }

    @Test
    void memoryTooSmallForATensorIsRefused() {
        try (Lowering lowering = device.lower()) {
            KernelPlan plan = relu(lowering, ROW);
            assertThatThrownBy(() -> plan.bind(binding(floats(1, 2), floats(0, 0, 0))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("reference:relu: input 0 needs 12 bytes, got 8");
        }
    }

    @Test
    void aViewThatGotMemoryOfItsOwnIsACopy() {
        float[] y = new float[3];
        try (Lowering lowering = device.lower()) {
            KernelPlan plan = plan(lowering, "flat", Reshape.flatten(Shape.of(1, 1, 3)), TensorType.f32(1, 1, 3));
            assertThat(plan.isView()).isTrue();
            plan.bind(binding(floats(1, 2, 3), floats(y))).run();
        }
        assertThat(y).containsExactly(1, 2, 3);
    }

    @Test
    void findsTheFirstElementThatIsNotFinite() {
        assertThat(device.findNonFinite(floats(1, -2, Float.MAX_VALUE))).isEqualTo(-1);
        assertThat(device.findNonFinite(floats(1, Float.NaN, Float.NaN))).isEqualTo(1);
        assertThat(device.findNonFinite(floats(1, 2, Float.NEGATIVE_INFINITY))).isEqualTo(2);
        assertThat(device.findNonFinite(floats())).isEqualTo(-1);
    }

    @Test
    void anUnknownDeviceIsRefusedWithTheKnownOnes() {
        assertThatThrownBy(() -> Backends.open("abacus", DeviceOptions.defaults()))
                .hasMessageContaining("there is no device \"abacus\"").hasMessageContaining("reference");
    }
}

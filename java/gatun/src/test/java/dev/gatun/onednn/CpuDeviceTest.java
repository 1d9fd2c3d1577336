package dev.gatun.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.gatun.backend.Availability;
import dev.gatun.backend.Backends;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.backend.KernelPlan;
import dev.gatun.backend.KernelRequest;
import dev.gatun.backend.LayoutPolicy;
import dev.gatun.backend.Lowering;
import dev.gatun.backend.Operand;
import dev.gatun.backend.Support;
import dev.gatun.backend.Transfers;
import dev.gatun.backend.UnsupportedOperationOnDevice;
import dev.gatun.engine.CompileOptions;
import dev.gatun.engine.Compiler;
import dev.gatun.engine.Program;
import dev.gatun.engine.Variables;
import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.memory.HostBuffer;
import dev.gatun.memory.MemoryBudget;
import dev.gatun.memory.MemoryBudgetException;
import dev.gatun.memory.NoLeaks;
import dev.gatun.memory.Role;
import dev.gatun.op.Broadcast;
import dev.gatun.op.Linear;
import dev.gatun.op.Op;
import dev.gatun.op.Reduce;
import dev.gatun.op.Reshape;
import dev.gatun.op.Unary;
import dev.gatun.op.function.Reduction;
import dev.gatun.op.function.UnaryFunction;
import dev.gatun.optim.Optimizer;
import dev.gatun.shape.DType;
import dev.gatun.shape.Layout;
import dev.gatun.shape.Shape;
import dev.gatun.shape.Stored;
import dev.gatun.shape.TensorType;
import dev.gatun.update.ElementRange;
import dev.gatun.update.rule.MuonHyperparameters;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract of a device: threads, lifetimes, refusals. */
@ExtendWith(NoLeaks.class)
class CpuDeviceTest {
    private final Device device = Backends.open("cpu", DeviceOptions.defaults().withThreads(1));

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

    /** oneDNN would divide by the number of features modulo 2^32, which is 0 here. */
    @ParameterizedTest
    @ValueSource(longs = {1L << 15, 1L << 16, 1L << 20})
    void moreFeaturesThanOnednnCountsAreRefused(long width) {
        Shape images = Shape.of(2, 64, 1L << 15, width);
        GraphBuilder graph = new GraphBuilder();
        Value x = graph.input("x", new TensorType(DType.F32, images));
        Value weight = graph.input("w", new TensorType(DType.F32, images.with(0, 10)));
        try (Lowering lowering = device.lower()) {
            assertThatThrownBy(() -> lowering.plan(graph.node("wide", new Linear(), List.of(x, weight)),
                    KernelRequest.alone(LayoutPolicy.CHANNELS_LAST,
                            Operand.of(x.type(), Layout.channelsLast(images)), new Operand(weight.type(), null))))
                    .isInstanceOf(UnsupportedOperationOnDevice.class).hasMessageContaining("wide")
                    .hasMessageContaining("oneDNN counts the features of a linear layer in 32 bits, got "
                            + (64L << 15) * width);
        }
    }

    private static Value thirteenDimensions(GraphBuilder graph) {
        return graph.input("x", TensorType.f32(1, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 4));
    }

    @Test
    void moreDimensionsThanOnednnHasAreRefusedAndCanBeReshaped() {
        for (Op op : List.of(new Unary(UnaryFunction.TANH), Reduce.over(Reduction.SUM, 12),
                new Broadcast(Shape.of(1, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 4)))) {
            GraphBuilder graph = new GraphBuilder();
            graph.output("y", graph.apply("act", op, thirteenDimensions(graph)));
            assertThatThrownBy(() -> Compiler.compile(graph.build(), device, CompileOptions.defaults()))
                    .isInstanceOf(UnsupportedOperationOnDevice.class)
                    .hasMessageContaining("act (" + op.name() + "): oneDNN's tensors have at most 12 dimensions, not"
                            + " 13 as f32(1x2x1x1x1x1x1x1x1x1x1x1x4): reshape it to fewer");
        }
        GraphBuilder graph = new GraphBuilder();
        Value fewer = graph.apply("fewer", new Reshape(Shape.of(2, 4)), thirteenDimensions(graph));
        graph.output("y", graph.apply("act", new Unary(UnaryFunction.TANH), fewer));
        Program program = Compiler.compile(graph.build(), device, CompileOptions.defaults());
        try (program; Variables variables = program.variables()) {
            program.forward();
            assertThat(variables.slots()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(value = DType.class, names = {"F64", "BF16", "F16", "I64"})
    void otherElementTypesAreRefusedWithTheReason(DType dtype) {
        TensorType type = new TensorType(dtype, Shape.of(3, 1));
        Op op = dtype.isFloating() ? new Unary(UnaryFunction.RELU) : new Reshape(Shape.of(1, 3));
        Support support = device.supports(op, List.of(type));
        assumeThat(dtype.isNarrow() && support.equals(Support.yes())).as("arithmetic in " + dtype.lowerCase())
                .isFalse();
        String reason = (dtype.isNarrow() ? "this processor has no arithmetic in "
                : "the CPU computes in f32, bf16 and f16, not in ") + dtype.lowerCase();
        assertThat(support).isInstanceOfSatisfying(Support.No.class, no -> assertThat(no.reason()).startsWith(reason));
        try (Lowering lowering = device.lower()) {
            assertThatThrownBy(() -> plan(lowering, "act", op, type))
                    .isInstanceOf(UnsupportedOperationOnDevice.class)
                    .hasMessageContaining("device cpu cannot run act (" + op.name() + "): " + reason);
        }
    }

    @Test
    void floatsAreSupported() {
        assertThat(device.supports(new Unary(UnaryFunction.RELU), List.of(TensorType.f32(3)))).isEqualTo(Support.yes());
    }

    @Test
    void aThreadHasOneDeviceAtATime() {
        assertThatThrownBy(() -> Backends.open("cpu", DeviceOptions.defaults()))
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("already has an open device cpu");
        device.close();
        Backends.open("cpu", DeviceOptions.defaults()).close();
    }

    @Test
    void callsFromAnotherThreadAreRefusedByName() throws InterruptedException {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread.ofPlatform().name("stranger").start(() -> {
            try {
                device.lower().close();
            } catch (IllegalStateException e) {
                thrown.set(e);
            }
        }).join();
        assertThat(thrown.get()).hasMessageContaining("not to \"stranger\"");
    }

    @Test
    void useAfterCloseIsRefused() {
        Lowering lowering = device.lower();
        device.close();
        device.close();
        assertThatThrownBy(device::lower).isInstanceOf(IllegalStateException.class).hasMessageContaining("closed");
        assertThatThrownBy(() -> relu(lowering, TensorType.f32(3)))
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("closed");
        lowering.close();
    }

    @Test
    void availabilityNamesBothLibrariesAndTheCache() {
        assertThat(new CpuProvider().availability()).isInstanceOfSatisfying(Availability.Available.class, available ->
                assertThat(available.facts()).extracting(Availability.Fact::subject)
                        .containsExactly("oneDNN", "Gatun kernels", "cache"));
    }

    @Test
    void theFirstNonFiniteElementIsFound() {
        try (HostBuffer slab = device.memory().allocate(Role.WORKSPACE, "values", 100 * Float.BYTES)) {
            assertThat(device.findNonFinite(slab)).isEqualTo(-1);
            slab.segment().setAtIndex(ValueLayout.JAVA_FLOAT, 93, Float.NaN);
            slab.segment().setAtIndex(ValueLayout.JAVA_FLOAT, 41, Float.NEGATIVE_INFINITY);
            assertThat(device.findNonFinite(slab)).isEqualTo(41);
        }
    }

    @Test
    void memoryThatIsTooSmallIsRefusedBeforeAnythingIsWritten() {
        TensorType type = TensorType.f32(2, 3, 4, 4);
        Layout plain = Layout.rowMajor(type.shape());
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment whole = arena.allocate(type.bytes(), 64);
            MemorySegment part = arena.allocate(type.bytes() - 4, 64);
            assertThatThrownBy(() -> device.reorder(type, Transfers.borrowed(whole), plain, Transfers.borrowed(part),
                    Layout.channelsLast(type.shape())))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("384 bytes")
                    .hasMessageContaining("380");
            assertThatThrownBy(() -> device.reorder(type, Transfers.borrowed(part), plain, Transfers.borrowed(whole),
                    Layout.channelsLast(type.shape())))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("384 bytes")
                    .hasMessageContaining("380");
        }
    }

    @Test
    void memoryOnTheHeapIsRefused() {
        TensorType type = TensorType.f32(2, 3);
        Layout plain = Layout.rowMajor(type.shape());
        HostBuffer heap = Transfers.borrowed(MemorySegment.ofArray(new float[6]));
        assertThatThrownBy(() -> device.reorder(type, heap, plain, heap, plain))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("off-heap");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "reference"})
    void lookAheadRefusesMemoryThatItCannotMove(String backend) {
        device.close();
        try (Arena arena = Arena.ofConfined(); Device other = Backends.open(backend, DeviceOptions.defaults())) {
            MemorySegment fast = arena.allocateFrom(ValueLayout.JAVA_FLOAT, 1, 2, 3, 4);
            MemorySegment slow = arena.allocateFrom(ValueLayout.JAVA_FLOAT, 3, 2, 1, 0);
            for (MemorySegment bad : List.of(slow.asReadOnly(), slow.asSlice(0, 10),
                    arena.allocate(20, 4).asSlice(1, 16), MemorySegment.ofArray(new float[4]))) {
                assertThatThrownBy(() -> other.lookAhead(0.5, Transfers.borrowed(fast), Transfers.borrowed(bad)))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("look-ahead needs off-heap memory that can be written");
            }
            for (MemorySegment bad : List.of(fast, slow.asSlice(4))) {
                assertThatThrownBy(() -> other.lookAhead(0.5, Transfers.borrowed(fast), Transfers.borrowed(bad)))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining(
                        "look-ahead needs fast and slow weights of the same size that do not overlap");
            }
            assertThatThrownBy(() -> other.lookAhead(1.5, Transfers.borrowed(fast), Transfers.borrowed(slow)))
                    .hasMessageContaining("0 .. 1");
            other.lookAhead(0.5, Transfers.borrowed(fast), Transfers.borrowed(slow));
            assertThat(fast.toArray(ValueLayout.JAVA_FLOAT)).containsExactly(2, 2, 2, 2);
        }
    }

    /** Muon's scratch is counted: what of it was there before the budget ran out is given back at once. */
    @Test
    void anOptimizerThatDoesNotFitLeavesNothing() {
        device.close();
        Stored matrix = Stored.rowMajor(TensorType.f32(64, 64));
        MemoryBudget budget = MemoryBudget.ofBytes(80_000);
        try (Arena arena = Arena.ofConfined(); Device small =
                Backends.open("cpu", DeviceOptions.defaults().withMemory(budget))) {
            MemorySegment weights = arena.allocate(16_384, 64);
            MemorySegment gradients = arena.allocate(16_384, 64);
            long before = budget.used();
            assertThatThrownBy(() -> new Optimizer(small, Transfers.borrowed(weights), Transfers.borrowed(gradients),
                    List.of(MuonHyperparameters.DEFAULTS),
                    List.of(ElementRange.of(0, matrix, 0)))).isInstanceOf(MemoryBudgetException.class);
            assertThat(budget.used()).isEqualTo(before);
        }
    }
}

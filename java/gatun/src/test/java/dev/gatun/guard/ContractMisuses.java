package dev.gatun.guard;

import dev.gatun.backend.Binding;
import dev.gatun.backend.Device;
import dev.gatun.backend.Kernel;
import dev.gatun.backend.KernelPlan;
import dev.gatun.backend.KernelRequest;
import dev.gatun.backend.LayoutPolicy;
import dev.gatun.backend.Lowering;
import dev.gatun.backend.Operand;
import dev.gatun.graph.GraphBuilder;
import dev.gatun.memory.Buffer;
import dev.gatun.memory.MemoryBudget;
import dev.gatun.memory.Role;
import dev.gatun.op.Dropout;
import dev.gatun.op.Linear;
import dev.gatun.op.LossScale;
import dev.gatun.op.Op;
import dev.gatun.op.Softmax;
import dev.gatun.op.Unary;
import dev.gatun.op.function.UnaryFunction;
import dev.gatun.shape.DType;
import dev.gatun.shape.Layout;
import dev.gatun.shape.Shape;
import dev.gatun.shape.Stored;
import dev.gatun.shape.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;

/** The contract of a device, used by hand and wrongly. */
@SuppressWarnings("restricted") // addresses that are no memory
final class ContractMisuses {
    private static final long MIB = 1 << 20;

    private ContractMisuses() {}

    /** What a wrong buffer may be, in place of one of so many bytes. */
    private static final Map<String, BiFunction<Device, Long, Buffer>> WRONG = new LinkedHashMap<>();

    static {
        WRONG.put("short", (device, bytes) -> device.allocate(Role.WORKSPACE, "short", bytes - 1));
        WRONG.put("empty", (device, _) -> device.allocate(Role.WORKSPACE, "empty", 0));
        WRONG.put("closed", (device, bytes) -> {
            Buffer buffer = device.allocate(Role.WORKSPACE, "closed", bytes);
            buffer.close();
            return buffer;
        });
        WRONG.put("heap", (device, bytes) -> device.borrow(Role.WORKSPACE, "heap",
                MemorySegment.ofArray(new byte[Math.toIntExact(bytes)])));
        WRONG.put("null", (device, bytes) -> device.borrow(Role.WORKSPACE, "null",
                MemorySegment.NULL.reinterpret(bytes)));
        WRONG.put("dead", (device, bytes) -> {
            try (Arena arena = Arena.ofConfined()) {
                return device.borrow(Role.WORKSPACE, "dead", arena.allocate(bytes));
            }
        });
        WRONG.put("another thread's", (device, bytes) -> {
            List<Buffer> made = new ArrayList<>();
            try {
                Misuse.elsewhere(() -> made.add(device.borrow(Role.WORKSPACE, "confined",
                        Arena.ofConfined().allocate(bytes))));
            } catch (Exception e) {
                throw new AssertionError(e);
            }
            return made.getFirst();
        });
    }

    private record Planned(KernelPlan plan, List<Buffer> inputs, List<Buffer> outputs, Buffer scratch) {
        Kernel bind() {
            return plan.bind(new Binding(inputs, outputs, scratch, null, null));
        }

        List<Buffer> all() {
            List<Buffer> all = new ArrayList<>(inputs);
            all.addAll(outputs);
            all.add(scratch);
            return all;
        }
    }

    private static Planned plan(Device device, Lowering lowering, Op op, TensorType... types) {
        GraphBuilder graph = new GraphBuilder();
        List<Operand> operands = new ArrayList<>();
        for (TensorType type : types) {
            operands.add(Operand.of(type, Layout.rowMajor(type.shape())));
        }
        KernelPlan plan = lowering.plan(graph.node("op", op, java.util.stream.IntStream.range(0, types.length)
                .mapToObj(i -> graph.input("x" + i, types[i])).toList()),
                KernelRequest.alone(LayoutPolicy.CHANNELS_LAST, operands.toArray(Operand[]::new)));
        return new Planned(plan, buffers(device, plan.inputs()), buffers(device, plan.outputs()),
                device.allocate(Role.WORKSPACE, "scratch", plan.scratchBytes()));
    }

    private static List<Buffer> buffers(Device device, List<Stored> stored) {
        List<Buffer> buffers = new ArrayList<>();
        stored.forEach(each -> buffers.add(device.allocate(Role.WORKSPACE, "buffer", each.bytes())));
        return buffers;
    }

    private interface Use {
        void use(Device device, Lowering lowering, Planned planned) throws Exception;
    }

    private static Misuse on(Op op, List<TensorType> types, Use use) {
        return () -> {
            try (Device device = MemoryMisuses.open(); Lowering lowering = device.lower()) {
                Planned planned = plan(device, lowering, op, types.toArray(TensorType[]::new));
                planned.bind().run();
                use.use(device, lowering, planned);
            }
            MemoryBudget.outstanding().forEach(Buffer::close);
        };
    }

    static Map<String, Misuse> all() {
        Map<String, Misuse> all = new LinkedHashMap<>();
        Map<String, Op> ops = new LinkedHashMap<>();
        ops.put("linear", new Linear());
        ops.put("softmax", new Softmax(1, dev.gatun.op.function.SoftmaxKind.SOFTMAX));
        ops.put("relu", new Unary(UnaryFunction.RELU));
        ops.put("gelu", new Unary(UnaryFunction.SILU));
        TensorType x = TensorType.f32(512, 512);
        ops.forEach((name, op) -> {
            List<TensorType> types = op instanceof Linear ? List.of(x, x) : List.of(x);
            all.put(name + " bound to wrong buffers", on(op, types, ContractMisuses::wrongBuffers));
            all.put(name + " run after its buffers are closed", on(op, types, (_, _, planned) -> {
                Kernel kernel = planned.bind();
                planned.all().forEach(Buffer::close);
                churn();
                Misuse.harmless(kernel::run);
            }));
            all.put(name + " run after its borrowed memory is closed", on(op, types, (device, _, planned) -> {
                Arena arena = Arena.ofShared();
                Kernel kernel = new Planned(planned.plan, planned.inputs.stream()
                        .map(each -> device.borrow(Role.WORKSPACE, "mine", arena.allocate(each.bytes(), 64))).toList(),
                        planned.outputs, planned.scratch).bind();
                kernel.run();
                arena.close();
                churn();
                Misuse.refused("closed", kernel::run);
            }));
            all.put(name + " run after its lowering is closed", on(op, types, (_, lowering, planned) -> {
                Kernel kernel = planned.bind();
                lowering.close();
                Misuse.harmless(kernel::run);
                Misuse.harmless(planned::bind);
            }));
            all.put(name + " run after its device is closed", on(op, types, (device, _, planned) -> {
                Kernel kernel = planned.bind();
                device.close();
                Misuse.harmless(kernel::run);
                Misuse.harmless(planned::bind);
            }));
            all.put(name + " run by another thread", on(op, types, (_, _, planned) -> {
                Kernel kernel = planned.bind();
                Misuse.elsewhere(() -> Misuse.harmless(kernel::run));
                Misuse.elsewhere(() -> Misuse.harmless(planned::bind));
            }));
        });
        all.put("dropout without a random state", () -> {
            try (Device device = MemoryMisuses.open(); Lowering lowering = device.lower()) {
                Planned planned = plan(device, lowering, new Dropout(0.5, 0), x);
                Misuse.refused("random", () -> planned.bind().run());
                Misuse.refused("random", () -> planned.plan.bind(new Binding(planned.inputs, planned.outputs,
                        planned.scratch, planned.scratch.slice(0, 0), null)).run());
            }
            MemoryBudget.outstanding().forEach(Buffer::close);
        });
        all.put("a loss scale without memory", () -> {
            try (Device device = MemoryMisuses.open(); Lowering lowering = device.lower()) {
                Planned planned = plan(device, lowering, new LossScale(TensorType.f32()));
                Misuse.refused("loss scale", () -> planned.bind().run());
            }
            MemoryBudget.outstanding().forEach(Buffer::close);
        });
        all.put("copies between wrong memories", ContractMisuses::wrongCopies);
        all.put("reorders with strides that wrap", ContractMisuses::wrongStrides);
        return all;
    }

    private static void wrongBuffers(Device device, Lowering lowering, Planned planned) {
        WRONG.forEach((what, make) -> {
            for (int i = 0; i < planned.inputs.size() + planned.outputs.size(); i++) {
                List<Buffer> inputs = new ArrayList<>(planned.inputs);
                List<Buffer> outputs = new ArrayList<>(planned.outputs);
                List<Buffer> side = i < inputs.size() ? inputs : outputs;
                int index = i < inputs.size() ? i : i - inputs.size();
                try {
                    Misuse.refused("", () -> {
                        side.set(index, make.apply(device, side.get(index).bytes()));
                        new Planned(planned.plan, inputs, outputs, planned.scratch).bind().run();
                    });
                } catch (AssertionError e) {
                    throw new AssertionError(what + " buffer " + i + ": " + e.getMessage(), e);
                }
            }
        });
        Buffer readOnly = device.borrow(Role.WORKSPACE, "read-only",
                Arena.ofAuto().allocate(planned.outputs.getFirst().bytes(), 64).asReadOnly());
        Misuse.refused("", () -> new Planned(planned.plan, planned.inputs, List.of(readOnly), planned.scratch).bind()
                .run());
        Misuse.refused("", () -> new Planned(planned.plan, List.of(), planned.outputs, planned.scratch).bind());
        if (planned.scratch.bytes() > 0) {
            Misuse.refused("scratch", () -> planned.plan.bind(new Binding(planned.inputs, planned.outputs)).run());
        }
    }

    /** Memory that is given back goes to something else. */
    private static void churn() {
        for (int i = 0; i < 32; i++) {
            try (Arena arena = Arena.ofConfined()) {
                arena.allocate(MIB);
            }
        }
    }

    private static void wrongCopies() {
        try (Device device = MemoryMisuses.open(); Arena arena = Arena.ofConfined()) {
            Buffer good = device.allocate(Role.WORKSPACE, "good", MIB);
            WRONG.forEach((what, make) -> {
                if (what.equals("heap") || what.equals("null")) {
                    return;
                }
                Buffer wrong = make.apply(device, MIB);
                Misuse.refused("", () -> device.copy(wrong, good));
                Misuse.refused("", () -> device.copy(good, wrong));
                Misuse.refused("", () -> device.swap(good, wrong));
                Misuse.refused("", () -> device.addToMean(good, wrong, 2));
                Misuse.refused("", () -> device.multiply(good, wrong));
                Misuse.refused("", () -> device.addProduct(1, good, wrong, good));
                Misuse.refused("", () -> device.lookAhead(0.5, good, wrong));
                Misuse.refused("", () -> device.cast(good, DType.F32, wrong, DType.BF16));
                Misuse.refused("", () -> device.upload(arena.allocate(MIB), wrong));
                Misuse.refused("", () -> device.download(wrong, arena.allocate(MIB)));
                if (!what.equals("short") && !what.equals("empty")) {
                    Misuse.refused("", () -> device.findNonFinite(wrong));
                    Misuse.refused("", () -> device.zero(wrong));
                    Misuse.refused("", () -> device.write(wrong, 1, 2));
                }
                Misuse.refused("", () -> device.reorder(TensorType.f32(512, 512), wrong,
                        Layout.rowMajor(Shape.of(512, 512)), good, Layout.rowMajor(Shape.of(512, 512))));
            });
            Misuse.refused("", () -> device.findNonFinite(wrong("heap", device)));
            Misuse.refused("", () -> device.lookAhead(0.5, good, wrong("heap", device)));
            for (long[] overlapping : new long[][] {{0, 1}, {0, 0}, {3, 1}}) {
                Layout odd = Layout.strided(new long[] {8, 8}, overlapping);
                Layout plain = Layout.rowMajor(Shape.of(8, 8));
                Misuse.harmless(() -> device.reorder(TensorType.f32(8, 8), good, odd, good, plain));
                Misuse.harmless(() -> device.reorder(TensorType.f32(8, 8), good, plain, good, odd));
            }
            Misuse.refused("", () -> device.findNonFinite(wrong("null", device)));
        }
        MemoryBudget.outstanding().forEach(Buffer::close);
    }

    private static Buffer wrong(String kind, Device device) {
        return Objects.requireNonNull(WRONG.get(kind)).apply(device, MIB);
    }

    private static void wrongStrides() {
        long[][] strides = {{1L << 62, 1}, {1L << 61, 1L << 61}, {Long.MAX_VALUE, 1}, {-4, 1}, {1, -1},
            {1L << 60, 1L << 60}, {Long.MIN_VALUE, 1}, {1L << 40, 1}, {1, 1L << 31}, {1L << 32, 1}};
        TensorType type = TensorType.f32(8, 8);
        try (Device device = MemoryMisuses.open()) {
            Layout plain = Layout.rowMajor(type.shape());
            Buffer good = device.allocate(Role.WORKSPACE, "good", type.bytes());
            for (long[] pair : strides) {
                for (boolean from : new boolean[] {true, false}) {
                    try {
                        Misuse.refused("", () -> {
                            Layout odd = Layout.strided(type.shape().extents(), pair);
                            device.reorder(type, good, from ? odd : plain, good.slice(0, good.bytes()),
                                    from ? plain : odd);
                        });
                    } catch (AssertionError e) {
                        throw new AssertionError(java.util.Arrays.toString(pair) + " " + from + ": " + e.getMessage(),
                                e);
                    }
                }
            }
            Misuse.refused("", () -> device.reorder(TensorType.f32(9, 9), good, plain, good, plain));
            Misuse.refused("", () -> device.reorder(type, good, Layout.rowMajor(Shape.of(8)), good, plain));
            Misuse.refused("", () -> device.reorder(TensorType.f32(1L << 31, 1L << 31), good,
                    Layout.rowMajor(Shape.of(1L << 31, 1L << 31)), good,
                    Layout.rowMajor(Shape.of(1L << 31, 1L << 31))));
            good.close();
        }
    }
}

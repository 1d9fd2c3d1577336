package dev.gatun.reference;

import dev.gatun.backend.Binding;
import dev.gatun.backend.Candidate;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.backend.Kernel;
import dev.gatun.backend.KernelPlan;
import dev.gatun.backend.LayoutPolicy;
import dev.gatun.backend.Lowering;
import dev.gatun.backend.Region;
import dev.gatun.backend.Stream;
import dev.gatun.backend.Support;
import dev.gatun.backend.Transfers;
import dev.gatun.graph.Graph;
import dev.gatun.graph.Node;
import dev.gatun.memory.Buffer;
import dev.gatun.memory.MemoryBudget;
import dev.gatun.memory.Role;
import dev.gatun.op.Op;
import dev.gatun.shape.DType;
import dev.gatun.shape.Layout;
import dev.gatun.shape.Shape;
import dev.gatun.shape.Stored;
import dev.gatun.shape.TensorType;
import dev.gatun.update.kernel.PerturbationKernel;
import dev.gatun.update.kernel.PerturbationRequest;
import dev.gatun.update.kernel.StepKernel;
import dev.gatun.update.kernel.StepRequest;
import dev.gatun.update.kernel.UpdateKernel;
import dev.gatun.update.kernel.UpdateRequest;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A device as awkward as a native one: kernels want tensors of four floating-point dimensions in blocks of four
 * channels with padding, and produce them channels-last. The reference computes. Whatever compiles programs is tested
 * against it without a native library.
 */
public final class BlockedDevice implements Device {
    private final Device inner;

    /** Opens one. */
    public BlockedDevice(DeviceOptions options) {
        this.inner = new ReferenceProvider().open(options);
    }

    /** The layout in which a kernel wants an input. */
    static Layout wanted(TensorType type) {
        Shape shape = type.shape();
        if (!blockable(type)) {
            return Layout.rowMajor(shape);
        }
        long channels = Math.ceilDiv(shape.extent(1), 4) * 4;
        long pixels = shape.extent(2) * shape.extent(3);
        return Layout.blocked(new long[] {channels * pixels, 4 * pixels, 4 * shape.extent(3), 4},
                shape.with(1, channels).extents(), new int[] {4}, new int[] {1});
    }

    /** The layout in which a kernel leaves an output. */
    static Layout made(TensorType type) {
        return blockable(type) ? Layout.channelsLast(type.shape()) : Layout.rowMajor(type.shape());
    }

    private static boolean blockable(TensorType type) {
        return type.shape().rank() == 4 && type.dtype().isFloating();
    }

    @Override
    public String name() {
        return "blocked";
    }

    @Override
    public int threads() {
        return inner.threads();
    }

    @Override
    public MemoryBudget memory() {
        return inner.memory();
    }

    @Override
    public Support supports(Op op, List<TensorType> inputs) {
        return inner.supports(op, inputs);
    }

    @Override
    public Lowering lower() {
        Lowering lowering = inner.lower();
        return new Lowering() {
            @Override
            public List<LayoutPolicy> layouts() {
                return List.of(LayoutPolicy.BLOCKED);
            }

            @Override
            public String environment() {
                return name();
            }

            @Override
            public Optional<Path> cacheFolder() {
                return Optional.empty();
            }

            @Override
            public List<Region> regions(Graph graph) {
                return graph.nodes().stream().map(this::single).toList();
            }

            @Override
            public Region single(Node node) {
                return Region.of(node, request -> List.of(Candidate.only(() -> {
                    KernelPlan plan = lowering.plan(node, request);
                    return plan.isView() ? plan : new BlockedPlan(inner, plan, node.inputTypes());
                })));
            }

            @Override
            public KernelPlan reorder(TensorType type, Layout from, Layout to) {
                return lowering.reorder(type, from, to);
            }

            @Override
            public void close() {
                lowering.close();
            }
        };
    }

    @Override
    public UpdateKernel bindUpdate(UpdateRequest request) {
        return inner.bindUpdate(request);
    }

    @Override
    public PerturbationKernel bindPerturbation(PerturbationRequest request) {
        return inner.bindPerturbation(request);
    }

    @Override
    public Stream stream() {
        return inner.stream();
    }

    @Override
    public Buffer allocate(Role role, String label, long bytes) {
        return inner.allocate(role, label, bytes);
    }

    @Override
    public Buffer borrow(Role role, String label, MemorySegment memory) {
        return inner.borrow(role, label, memory);
    }

    @Override
    public void upload(MemorySegment source, Buffer target) {
        inner.upload(source, target);
    }

    @Override
    public void download(Buffer source, MemorySegment target) {
        inner.download(source, target);
    }

    @Override
    public void copy(Buffer source, Buffer target) {
        inner.copy(source, target);
    }

    @Override
    public void write(Buffer target, long first, long second) {
        inner.write(target, first, second);
    }

    @Override
    public void write(Buffer target, float value) {
        inner.write(target, value);
    }

    @Override
    public StepKernel bindSteps(StepRequest request) {
        return inner.bindSteps(request);
    }

    @Override
    public void zero(Buffer target) {
        inner.zero(target);
    }

    @Override
    public void swap(Buffer a, Buffer b) {
        inner.swap(a, b);
    }

    @Override
    public void addToMean(Buffer mean, Buffer value, long count) {
        inner.addToMean(mean, value, count);
    }

    @Override
    public void cast(Buffer source, DType from, Buffer target, DType to) {
        inner.cast(source, from, target, to);
    }

    @Override
    public void multiply(Buffer values, Buffer factors) {
        inner.multiply(values, factors);
    }

    @Override
    public void addProduct(double scale, Buffer a, Buffer b, Buffer sum) {
        inner.addProduct(scale, a, b, sum);
    }

    @Override
    public void lookAhead(double rate, Buffer fast, Buffer slow) {
        inner.lookAhead(rate, fast, slow);
    }

    @Override
    public void reorder(TensorType type, Buffer source, Layout from, Buffer target, Layout to) {
        inner.reorder(type, source, from, target, to);
    }

    @Override
    public long findNonFinite(Buffer values) {
        return inner.findNonFinite(values);
    }

    @Override
    public long findNonFinite(DType dtype, Buffer values) {
        return inner.findNonFinite(dtype, values);
    }

    @Override
    public void close() {
        inner.close();
    }

    /**
     * The inner plan on row-major copies; what is not in blocks is passed through, so that it can be written in place.
     */
    private record BlockedPlan(Device device, KernelPlan plan, List<TensorType> types) implements KernelPlan {
        @Override
        public String implementation() {
            return "blocked:" + plan.implementation();
        }

        @Override
        public List<Stored> inputs() {
            return types.stream().map(type -> Stored.of(type, wanted(type))).toList();
        }

        @Override
        public List<Stored> outputs() {
            return plan.outputs().stream().map(stored -> Stored.of(stored.type(), made(stored.type()))).toList();
        }

        @Override
        public Kernel bind(Binding binding) {
            List<Buffer> inputs = new ArrayList<>();
            for (int i = 0; i < types.size(); i++) {
                inputs.add(blockable(types.get(i)) ? copy(types.get(i)) : binding.inputs().get(i));
            }
            List<Buffer> outputs = new ArrayList<>();
            List<TensorType> made = plan.outputs().stream().map(Stored::type).toList();
            for (int i = 0; i < made.size(); i++) {
                outputs.add(blockable(made.get(i)) ? copy(made.get(i)) : binding.outputs().get(i));
            }
            Kernel kernel = plan.bind(new Binding(
                    inputs, outputs, binding.scratch(), binding.random(), binding.lossScale()));
            return () -> {
                for (int i = 0; i < types.size(); i++) {
                    if (blockable(types.get(i))) {
                        device.reorder(types.get(i), binding.inputs().get(i), wanted(types.get(i)), inputs.get(i),
                                Layout.rowMajor(types.get(i).shape()));
                    }
                }
                kernel.run();
                for (int i = 0; i < made.size(); i++) {
                    if (blockable(made.get(i))) {
                        device.reorder(made.get(i), outputs.get(i), Layout.rowMajor(made.get(i).shape()),
                                binding.outputs().get(i), made(made.get(i)));
                    }
                }
            };
        }

        private static Buffer copy(TensorType type) {
            return Transfers.borrowed(MemorySegment.ofArray(new byte[Math.toIntExact(type.bytes())]));
        }
    }
}

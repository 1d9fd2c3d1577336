package dev.gatun.onednn;

import dev.gatun.backend.Binding;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.backend.HostDevice;
import dev.gatun.backend.KernelPlan;
import dev.gatun.backend.Lowering;
import dev.gatun.backend.Support;
import dev.gatun.bindings.onednn.onednn_h;
import dev.gatun.ffi.NativeOwner;
import dev.gatun.memory.Buffer;
import dev.gatun.memory.HostBuffer;
import dev.gatun.memory.MemoryBudget;
import dev.gatun.memory.Role;
import dev.gatun.onednn.update.CpuPerturbationKernel;
import dev.gatun.onednn.update.CpuUpdateKernel;
import dev.gatun.onednn.update.OptimizerKernels;
import dev.gatun.op.Cast;
import dev.gatun.op.Op;
import dev.gatun.shape.DType;
import dev.gatun.shape.Layout;
import dev.gatun.shape.TensorType;
import dev.gatun.update.kernel.LookaheadBuffers;
import dev.gatun.update.kernel.PerturbationKernel;
import dev.gatun.update.kernel.PerturbationRequest;
import dev.gatun.update.kernel.UpdateKernel;
import dev.gatun.update.kernel.UpdateRequest;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * The processor, through one oneDNN engine and stream. oneDNN freezes the number of threads when it plans a primitive
 * and OpenMP keeps that number for each calling thread, so a device lives on one thread, and a thread has one device at
 * a time.
 */
public final class CpuDevice extends HostDevice {
    private static final ThreadLocal<CpuDevice> OPEN = new ThreadLocal<>();

    private final Thread thread = Thread.currentThread();
    private final DeviceOptions options;
    private final NativeOwner owner = new NativeOwner("device cpu");
    private final MemorySegment engine;
    private final MemorySegment stream;
    private final MemoryDescriptors descriptors;
    private final Attributes attributes;
    private final MemorySegment word;

    CpuDevice(DeviceOptions options) {
        if (OPEN.get() != null) {
            throw new IllegalStateException("this thread already has an open device cpu: close it first");
        }
        this.options = options;
        Kernels.setThreads(options.threads());
        boolean complete = false;
        try {
            engine = Onednn.engine(owner);
            stream = Onednn.stream(owner, engine);
            descriptors = new MemoryDescriptors(owner);
            attributes = new Attributes(owner);
            word = owner.arena().allocate(ValueLayout.JAVA_LONG);
            complete = true;
        } finally {
            if (!complete) {
                owner.close();
            }
        }
        OPEN.set(this);
    }

    public MemorySegment engine() {
        return engine;
    }

    public MemorySegment nativeStream() {
        return stream;
    }

    MemoryDescriptors descriptors() {
        return descriptors;
    }

    public Attributes attributes() {
        return attributes;
    }

    public void checkThread() {
        if (!Thread.currentThread().equals(thread)) {
            throw new IllegalStateException("device cpu belongs to thread \"" + thread.getName() + "\", not to \""
                    + Thread.currentThread().getName() + "\"");
        }
    }

    @Override
    protected void check() {
        checkUsable();
    }

    void checkUsable() {
        checkThread();
        owner.checkOpen();
    }

    public void release(NativeOwner child) {
        if (!owner.isClosed()) {
            owner.release(child);
        }
    }

    @Override
    public String name() {
        return CpuProvider.NAME;
    }

    @Override
    public int threads() {
        return options.threads();
    }

    @Override
    public MemoryBudget memory() {
        return options.memory();
    }

    @Override
    public Support supports(Op op, List<TensorType> inputs) {
        List<TensorType> types = new ArrayList<>(inputs);
        if (inputs.isEmpty() || op instanceof Cast) {
            types.addAll(op.infer(inputs)); // the operation itself says which type it computes in
        }
        for (TensorType type : types) {
            DType dtype = type.dtype();
            switch (dtype) {
                case F32, I32, U8 -> { }
                case BF16, F16 -> {
                    if (!computesNatively(dtype) && options.emulation() == DeviceOptions.Emulation.REFUSED) {
                        return Support.no("this processor has no arithmetic in " + dtype.lowerCase()
                                + " (instruction set "
                                + Onednn.instructionSet()
                                + "): compute in f32, or allow emulation (--allow-emulation), which is slower");
                    }
                }
                case F64, I64, I8 -> {
                    return Support.no("the CPU computes in f32, bf16 and f16, not in " + dtype.lowerCase());
                }
            }
        }
        return Support.yes();
    }

    /** Whether kernels of 16 bits are the processor's own. */
    boolean computesNatively(DType dtype) {
        return Processor.computes(dtype, onednn_h.dnnl_get_effective_cpu_isa());
    }

    @Override
    public Lowering lower() {
        checkUsable();
        return new CpuLowering(this, owner.child("program on device cpu"));
    }

    @Override
    public UpdateKernel bindUpdate(UpdateRequest request) {
        checkUsable();
        return within("optimizer on device cpu", child -> new CpuUpdateKernel(this, child, request));
    }

    @Override
    public PerturbationKernel bindPerturbation(PerturbationRequest request) {
        checkUsable();
        return within("perturbation on device cpu", child -> new CpuPerturbationKernel(this, child, request));
    }

    /** Makes a kernel whose memory and handles are given back at once where it cannot be made. */
    private <T> T within(String name, Function<NativeOwner, T> make) {
        NativeOwner child = owner.child(name);
        boolean complete = false;
        try {
            T kernel = make.apply(child);
            complete = true;
            return kernel;
        } finally {
            if (!complete) {
                owner.release(child);
            }
        }
    }

    @Override
    public void lookAhead(double rate, Buffer fast, Buffer slow) {
        checkUsable();
        LookaheadBuffers.check(rate, fast, slow);
        OptimizerKernels.lookahead(
                fast.bytes() / Float.BYTES, rate, HostBuffer.of(fast).segment(), HostBuffer.of(slow).segment());
    }

    @Override
    public void reorder(TensorType type, Buffer source, Layout from, Buffer target, Layout to) {
        try (Lowering lowering = lower()) {
            KernelPlan plan = lowering.reorder(type, from, to);
            try (Buffer scratch = allocate(Role.WORKSPACE, "reorder", plan.scratchBytes())) {
                plan.bind(new Binding(List.of(source), List.of(target), scratch, null, null)).run();
            }
        }
    }

    @Override
    public long findNonFinite(Buffer values) {
        checkUsable();
        return Kernels.findNonFinite(values.bytes() / Float.BYTES, HostBuffer.of(values).segment(), word);
    }

    @Override
    public void close() {
        checkThread();
        if (!owner.isClosed()) {
            OPEN.remove();
            owner.close();
        }
    }
}

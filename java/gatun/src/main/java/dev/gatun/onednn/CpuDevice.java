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
import dev.gatun.onednn.primitive.CpuEngine;
import dev.gatun.onednn.primitive.Kernels;
import dev.gatun.onednn.primitive.Onednn;
import dev.gatun.onednn.primitive.Processor;
import dev.gatun.onednn.update.CpuPerturbationKernel;
import dev.gatun.onednn.update.CpuUpdateKernel;
import dev.gatun.onednn.update.OptimizerKernels;
import dev.gatun.op.Cast;
import dev.gatun.op.Concat;
import dev.gatun.op.Op;
import dev.gatun.op.Pool;
import dev.gatun.op.QuantizedConvolution;
import dev.gatun.op.QuantizedLinear;
import dev.gatun.op.QuantizedOp;
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
import java.util.stream.Stream;

/** The processor, through one oneDNN engine and stream and one thread: see {@link CpuEngine}. */
public final class CpuDevice extends HostDevice {
    private final DeviceOptions options;
    private final CpuEngine engine;
    private final MemorySegment word;

    CpuDevice(DeviceOptions options) {
        this.options = options;
        this.engine = new CpuEngine(options.threads(), options.memory());
        this.word = engine.owner().arena().allocate(ValueLayout.JAVA_LONG);
    }

    /** What its kernels are made on. */
    CpuEngine engine() {
        return engine;
    }

    @Override
    protected void check() {
        engine.checkUsable();
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
        List<TensorType> results = op.infer(inputs);
        List<TensorType> types = new ArrayList<>(inputs);
        if (inputs.isEmpty() || op instanceof Cast) {
            types.addAll(results); // the operation itself says which type it computes in
        }
        int most = onednn_h.DNNL_MAX_NDIMS();
        for (TensorType type : Stream.concat(inputs.stream(), results.stream()).toList()) {
            if (type.shape().rank() > most && !op.isView()) {
                return Support.no("oneDNN's tensors have at most " + most + " dimensions, not " + type.shape().rank()
                        + " as " + type + ": reshape it to fewer");
            }
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
                case I8 -> {
                    if (!(op instanceof QuantizedOp || op.isView() || op instanceof Concat || op instanceof Pool)) {
                        return Support.no("of integers of 8 bits the CPU convolves, multiplies, adds, pools and joins"
                                + " quantized values only");
                    }
                }
                case F64, I64 -> {
                    return Support.no("the CPU computes in f32, bf16 and f16, not in " + dtype.lowerCase());
                }
            }
        }
        if ((op instanceof QuantizedConvolution || op instanceof QuantizedLinear)
                && !Processor.sumsProductsOfBytes(onednn_h.dnnl_get_effective_cpu_isa())) {
            return Support.no("this processor has no VNNI (instruction set " + Onednn.instructionSet()
                    + "): sums of products of 8 bits would saturate at 16 bits, and be slower than f32");
        }
        return Support.yes();
    }

    /** Whether kernels of 16 bits are the processor's own. */
    boolean computesNatively(DType dtype) {
        return Processor.computes(dtype, onednn_h.dnnl_get_effective_cpu_isa());
    }

    @Override
    public Lowering lower() {
        check();
        return new CpuLowering(this, engine.owner().child("program on device cpu"));
    }

    @Override
    public UpdateKernel bindUpdate(UpdateRequest request) {
        check();
        return within("optimizer on device cpu", child -> new CpuUpdateKernel(engine, child, request));
    }

    @Override
    public PerturbationKernel bindPerturbation(PerturbationRequest request) {
        check();
        return within("perturbation on device cpu", child -> new CpuPerturbationKernel(engine, child, request));
    }

    /** Makes a kernel whose memory and handles are given back at once where it cannot be made. */
    private <T> T within(String name, Function<NativeOwner, T> make) {
        NativeOwner child = engine.owner().child(name);
        boolean complete = false;
        try {
            T kernel = make.apply(child);
            complete = true;
            return kernel;
        } finally {
            if (!complete) {
                engine.owner().release(child);
            }
        }
    }

    @Override
    public void lookAhead(double rate, Buffer fast, Buffer slow) {
        check();
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
        check();
        return Kernels.findNonFinite(values.bytes() / Float.BYTES, HostBuffer.of(values).segment(), word);
    }

    @Override
    public void close() {
        engine.close();
    }
}

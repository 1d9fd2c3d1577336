package dev.gatun.reference;

import dev.gatun.backend.HostDevice;
import dev.gatun.backend.Lowering;
import dev.gatun.backend.Support;
import dev.gatun.memory.Buffer;
import dev.gatun.memory.HostBuffer;
import dev.gatun.memory.MemoryBudget;
import dev.gatun.op.Concat;
import dev.gatun.op.Op;
import dev.gatun.op.Pool;
import dev.gatun.op.QuantizedOp;
import dev.gatun.reference.kernel.Tensor;
import dev.gatun.reference.update.ReferencePerturbationKernel;
import dev.gatun.reference.update.ReferenceUpdateKernel;
import dev.gatun.shape.DType;
import dev.gatun.shape.Layout;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import dev.gatun.update.kernel.LookaheadBuffers;
import dev.gatun.update.kernel.PerturbationKernel;
import dev.gatun.update.kernel.PerturbationRequest;
import dev.gatun.update.kernel.UpdateKernel;
import dev.gatun.update.kernel.UpdateRequest;
import java.util.List;

/** Computes on the thread that opened it, one element at a time. */
final class ReferenceDevice extends HostDevice {
    private final MemoryBudget memory;
    private final Thread owner = Thread.currentThread();
    private boolean closed;

    ReferenceDevice(MemoryBudget memory) {
        this.memory = memory;
    }

    /** Every call starts here: the wrong thread and a closed device are the caller's mistakes, named at once. */
    @Override
    protected void check() {
        checkThread();
        if (closed) {
            throw new IllegalStateException("device " + name() + " is closed");
        }
    }

    private void checkThread() {
        Thread current = Thread.currentThread();
        if (!current.equals(owner)) {
            throw new IllegalStateException("device " + name() + " belongs to thread \"" + owner.getName()
                    + "\", but was called from thread \"" + current.getName() + "\"");
        }
    }

    @Override
    public String name() {
        return ReferenceProvider.NAME;
    }

    @Override
    public int threads() {
        return 1; // whatever was asked for: one order of summation, one result
    }

    @Override
    public MemoryBudget memory() {
        return memory;
    }

    @Override
    public Support supports(Op op, List<TensorType> inputs) {
        check();
        boolean quantized = op instanceof QuantizedOp || op instanceof Pool || op instanceof Concat || op.isView();
        return !quantized && inputs.stream().anyMatch(input -> input.dtype() == DType.I8)
                ? Support.no("the reference computes on floating-point numbers, not on i8") : Support.yes();
    }

    @Override
    public Lowering lower() {
        check();
        return new ReferenceLowering(this);
    }

    @Override
    public UpdateKernel bindUpdate(UpdateRequest request) {
        check();
        return new ReferenceUpdateKernel(this::check, request);
    }

    @Override
    public PerturbationKernel bindPerturbation(PerturbationRequest request) {
        check();
        return new ReferencePerturbationKernel(this::check, request);
    }

    @Override
    public void lookAhead(double rate, Buffer fast, Buffer slow) {
        check();
        LookaheadBuffers.check(rate, fast, slow);
        TensorType slab = TensorType.f32(fast.bytes() / Float.BYTES);
        Tensor fastWeights = new Tensor(slab, HostBuffer.of(fast).segment());
        Tensor slowWeights = new Tensor(slab, HostBuffer.of(slow).segment());
        for (long i = 0; i < slowWeights.elements(); i++) {
            double moved = slowWeights.get(i) + rate * (fastWeights.get(i) - slowWeights.get(i));
            slowWeights.set(i, moved);
            fastWeights.set(i, moved);
        }
    }

    @Override
    public void reorder(TensorType type, Buffer source, Layout from, Buffer target, Layout to) {
        check();
        new Reorder(type, from, to).run(HostBuffer.of(source).segment(), HostBuffer.of(target).segment());
    }

    @Override
    public long findNonFinite(Buffer values) {
        check();
        long count = values.bytes() / Float.BYTES;
        Tensor tensor = new Tensor(new TensorType(DType.F32, Shape.of(count)), HostBuffer.of(values).segment());
        for (long i = 0; i < count; i++) {
            if (!Double.isFinite(tensor.get(i))) {
                return i;
            }
        }
        return -1;
    }

    @Override
    public void close() {
        checkThread();
        closed = true; // nothing native to release; lowerings refuse to run from here on
    }
}

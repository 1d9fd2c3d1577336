package dev.gatun.onednn;

import dev.gatun.backend.Device;
import dev.gatun.backend.LayoutPolicy;
import dev.gatun.backend.Lowering;
import dev.gatun.backend.Support;
import dev.gatun.memory.MemoryBudget;
import dev.gatun.op.Op;
import dev.gatun.shape.Layout;
import dev.gatun.shape.TensorType;
import dev.gatun.update.kernel.PerturbationKernel;
import dev.gatun.update.kernel.PerturbationRequest;
import dev.gatun.update.kernel.UpdateKernel;
import dev.gatun.update.kernel.UpdateRequest;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** A device that prefers another order of activations. */
record WithLayout(Device device, LayoutPolicy preferredLayout) implements Device {
    @Override
    public String name() {
        return device.name();
    }

    @Override
    public int threads() {
        return device.threads();
    }

    @Override
    public MemoryBudget memory() {
        return device.memory();
    }

    @Override
    public Support supports(Op op, List<TensorType> inputs) {
        return device.supports(op, inputs);
    }

    @Override
    public Lowering lower() {
        return device.lower();
    }

    @Override
    public UpdateKernel bindUpdate(UpdateRequest request) {
        return device.bindUpdate(request);
    }

    @Override
    public PerturbationKernel bindPerturbation(PerturbationRequest request) {
        return device.bindPerturbation(request);
    }

    @Override
    public void lookAhead(double rate, MemorySegment fast, MemorySegment slow) {
        device.lookAhead(rate, fast, slow);
    }

    @Override
    public void reorder(TensorType type, MemorySegment source, Layout from, MemorySegment target, Layout to) {
        device.reorder(type, source, from, target, to);
    }

    @Override
    public long findNonFinite(MemorySegment values) {
        return device.findNonFinite(values);
    }

    @Override
    public void close() {
        device.close();
    }
}

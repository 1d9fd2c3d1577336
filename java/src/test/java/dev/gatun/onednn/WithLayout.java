package dev.gatun.onednn;

import dev.gatun.backend.Device;
import dev.gatun.backend.LayoutPolicy;
import dev.gatun.backend.Lowering;
import dev.gatun.backend.PerturbationKernel;
import dev.gatun.backend.PerturbationRequest;
import dev.gatun.backend.Stream;
import dev.gatun.backend.Support;
import dev.gatun.backend.UpdateKernel;
import dev.gatun.backend.UpdateRequest;
import dev.gatun.memory.Buffer;
import dev.gatun.memory.MemoryBudget;
import dev.gatun.memory.Role;
import dev.gatun.op.Op;
import dev.gatun.shape.DType;
import dev.gatun.shape.Layout;
import dev.gatun.shape.TensorType;
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
    public Stream stream() {
        return device.stream();
    }

    @Override
    public Buffer allocate(Role role, String label, long bytes) {
        return device.allocate(role, label, bytes);
    }

    @Override
    public Buffer borrow(Role role, String label, MemorySegment memory) {
        return device.borrow(role, label, memory);
    }

    @Override
    public void upload(MemorySegment source, Buffer target) {
        device.upload(source, target);
    }

    @Override
    public void download(Buffer source, MemorySegment target) {
        device.download(source, target);
    }

    @Override
    public void copy(Buffer source, Buffer target) {
        device.copy(source, target);
    }

    @Override
    public void zero(Buffer target) {
        device.zero(target);
    }

    @Override
    public void swap(Buffer a, Buffer b) {
        device.swap(a, b);
    }

    @Override
    public void addToMean(Buffer mean, Buffer value, long count) {
        device.addToMean(mean, value, count);
    }

    @Override
    public void cast(Buffer source, DType from, Buffer target, DType to) {
        device.cast(source, from, target, to);
    }

    @Override
    public void lookAhead(double rate, Buffer fast, Buffer slow) {
        device.lookAhead(rate, fast, slow);
    }

    @Override
    public void reorder(TensorType type, Buffer source, Layout from, Buffer target, Layout to) {
        device.reorder(type, source, from, target, to);
    }

    @Override
    public long findNonFinite(Buffer values) {
        return device.findNonFinite(values);
    }

    @Override
    public void close() {
        device.close();
    }
}

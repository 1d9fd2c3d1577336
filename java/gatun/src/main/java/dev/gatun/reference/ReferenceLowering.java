package dev.gatun.reference;

import dev.gatun.backend.Kernel;
import dev.gatun.backend.KernelPlan;
import dev.gatun.backend.KernelRequest;
import dev.gatun.backend.Lowering;
import dev.gatun.backend.Operand;
import dev.gatun.backend.Support;
import dev.gatun.backend.UnsupportedOperationOnDevice;
import dev.gatun.shape.Layout;
import dev.gatun.shape.TensorType;
import java.util.List;

/** Plans kernels; owns nothing but the right of its kernels to run. */
final class ReferenceLowering implements Lowering {
    private final ReferenceDevice device;
    private boolean closed;

    ReferenceLowering(ReferenceDevice device) {
        this.device = device;
    }

    private void check() {
        device.check();
        if (closed) {
            throw new IllegalStateException("the program of device " + device.name() + " is closed");
        }
    }

    @Override
    public KernelPlan plan(KernelRequest request) {
        check();
        List<TensorType> types = request.inputs().stream().map(Operand::type).toList();
        if (device.supports(request.op(), types) instanceof Support.No(String reason)) {
            throw new UnsupportedOperationOnDevice(device.name(), request.name(), request.op().name(), reason);
        }
        return new ReferencePlan(this, request.op(), types, request.outputs());
    }

    @Override
    public KernelPlan reorder(TensorType type, Layout from, Layout to) {
        check();
        return new ReorderPlan(this, new Reorder(type, from, to));
    }

    /** A kernel that runs only on the device's thread and only while this is open, as a native one would have to. */
    Kernel guarded(Kernel kernel) {
        return () -> {
            check();
            kernel.run();
        };
    }

    @Override
    public void close() {
        closed = true;
    }
}

package dev.gatun.far;

import dev.gatun.update.kernel.PerturbationKernel;
import dev.gatun.update.kernel.PerturbationRequest;

/** The reference's move, submitted. */
final class FarPerturbationKernel implements PerturbationKernel {
    private final FarDevice device;
    private final PerturbationKernel near;
    private boolean closed;

    FarPerturbationKernel(FarDevice device, PerturbationRequest request) {
        this.device = device;
        FarBuffer parameters = device.own(request.parameters());
        FarBuffer gradients = device.own(request.gradients());
        FarBuffer saved = device.own(request.saved());
        near = device.queue().call(() -> device.nearDevice().bindPerturbation(new PerturbationRequest(
                device.near(parameters), device.near(gradients), device.near(saved), request.sharpness())));
    }

    /** The reference's move, for the stream's thread alone. */
    PerturbationKernel near() {
        return near;
    }

    @Override
    public double norm(double gradientScale) {
        return device.queue().call(() -> near.norm(gradientScale));
    }

    @Override
    public void run(double coefficient) {
        device.queue().submit(() -> near.run(coefficient));
    }

    @Override
    public void close() {
        if (!closed) {
            device.queue().submit(near::close);
            closed = true;
        }
    }
}

package dev.gatun.reference.update;

import dev.gatun.memory.HostBuffer;
import dev.gatun.reference.kernel.Tensor;
import dev.gatun.shape.TensorType;
import dev.gatun.update.kernel.PerturbationKernel;
import dev.gatun.update.kernel.PerturbationRequest;
import dev.gatun.update.kernel.Sharpness;

/** The perturbation of sharpness-aware minimisation: arithmetic in double, storage in f32. */
public final class ReferencePerturbationKernel implements PerturbationKernel {
    private final Runnable deviceCheck;
    private final boolean adaptive;
    private final Tensor parameters;
    private final Tensor gradients;
    private final Tensor saved;
    private boolean closed;

    public ReferencePerturbationKernel(Runnable deviceCheck, PerturbationRequest request) {
        this.deviceCheck = deviceCheck;
        this.adaptive = request.sharpness() == Sharpness.ADAPTIVE;
        TensorType slab = TensorType.f32(request.elements());
        parameters = new Tensor(slab, HostBuffer.of(request.parameters()).segment());
        gradients = new Tensor(slab, HostBuffer.of(request.gradients()).segment());
        saved = new Tensor(slab, HostBuffer.of(request.saved()).segment());
    }

    private void check() {
        deviceCheck.run();
        if (closed) {
            throw new IllegalStateException("the perturbation is closed");
        }
    }

    @Override
    public double norm(double gradientScale) {
        check();
        double sum = 0;
        for (long i = 0; i < gradients.elements(); i++) {
            double g = (adaptive ? parameters.get(i) : 1) * gradients.get(i);
            sum += g * g;
        }
        return Math.abs(gradientScale) * Math.sqrt(sum);
    }

    @Override
    public void run(double coefficient) {
        check();
        for (long i = 0; i < parameters.elements(); i++) {
            double w = parameters.get(i);
            saved.set(i, w);
            parameters.set(i, w + coefficient * (adaptive ? w * w : 1) * gradients.get(i));
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}

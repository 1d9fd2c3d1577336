package dev.gatun.optim;

import dev.gatun.backend.Device;
import dev.gatun.memory.Buffer;
import dev.gatun.memory.Retention;
import dev.gatun.memory.Role;
import dev.gatun.update.kernel.PerturbationKernel;
import dev.gatun.update.kernel.PerturbationRequest;
import dev.gatun.update.kernel.StepKernel;
import java.util.List;

/**
 * Perturbs the weights as {@link SharpnessAware} says, and restores them. A step computes the gradients,
 * {@linkplain #perturb perturbs} the weights, computes the gradients there, {@linkplain #restore restores} the weights
 * and updates them with the latter gradients. Allocates nothing after construction; belongs to the device's thread.
 */
public final class SharpnessAscent implements AutoCloseable {
    private final Device device;
    private final SharpnessAware options;
    private final Buffer parameters;
    private final Buffer saved;
    private final PerturbationKernel kernel;
    private final Retention retention; // what the kernel points at
    private boolean closed;
    private boolean perturbed; // the weights are not the saved ones

    /** Allocates memory for the saved weights. All buffers are f32 of one length. */
    public SharpnessAscent(Device device, Buffer parameters, Buffer gradients, SharpnessAware options) {
        this.device = device;
        this.options = options;
        this.parameters = parameters;
        saved = device.allocate(Role.WORKSPACE, "weights before a perturbation", parameters.bytes());
        boolean complete = false;
        try {
            kernel = device.bindPerturbation(
                    new PerturbationRequest(parameters, gradients, saved, options.sharpness()));
            retention = new Retention(List.of(parameters, gradients, saved));
            retention.begin();
            complete = true;
        } finally {
            if (!complete) {
                saved.close();
            }
        }
    }

    /**
     * Perturbs the weights by {@code radius * g / (|g| + 1e-12)}, or {@code radius * w^2 g / (|w g| + 1e-12)}.
     *
     * @param gradientScale factor of every gradient
     * @return false if a gradient is not finite; the weights are then unchanged
     */
    public boolean perturb(double gradientScale) {
        double norm = kernel.norm(gradientScale);
        if (!Double.isFinite(norm)) {
            return false;
        }
        kernel.run(PerturbationKernel.coefficient(options.radius(), gradientScale, norm));
        perturbed = true;
        return true;
    }

    /**
     * Restores the weights that the latest perturbation saved.
     *
     * @throws IllegalStateException if the weights are not perturbed; they stay as they are
     */
    public void restore() {
        if (!perturbed) {
            throw new IllegalStateException(
                    "the weights are not perturbed, so there is nothing to restore: restore once after each perturb"
                    + " that returned true");
        }
        device.copy(saved, parameters);
        perturbed = false;
    }

    /**
     * Perturbs the weights without waiting for the device: if a gradient is not finite, or the steps are halted, the
     * weights stay as they are.
     *
     * @param control       step kernel of an optimizer over these weights
     * @param gradientScale factor of every gradient, applied before the division by the loss scale
     */
    public void perturb(StepKernel control, double gradientScale) {
        control.perturb(kernel, options.radius(), gradientScale);
    }

    /** Restores the weights after {@link #perturb(StepKernel, double)}, if that perturbed them. */
    public void restore(StepKernel control) {
        control.restore(saved, parameters);
    }

    @Override
    public void close() {
        kernel.close(); // first: throws, leaving everything open, on a foreign thread
        if (!closed) {
            closed = true;
            retention.end();
            saved.close();
        }
    }
}

package dev.gatun.optim;

import dev.gatun.backend.Device;
import dev.gatun.memory.Buffer;
import dev.gatun.memory.Role;
import dev.gatun.update.kernel.PerturbationKernel;
import dev.gatun.update.kernel.PerturbationRequest;
import dev.gatun.update.kernel.StepKernel;
import java.util.List;

/**
 * The move of {@link SharpnessAware} and back. A step computes the gradients, {@linkplain #climb climbs}, computes the
 * gradients there, {@linkplain #descend descends} and lets the optimizer step with those gradients from the old
 * weights. Allocates nothing once it is made; belongs to the device's thread.
 */
public final class SharpnessAscent implements AutoCloseable {
    private final Device device;
    private final SharpnessAware options;
    private final Buffer parameters;
    private final Buffer saved;
    private final PerturbationKernel kernel;
    private final List<Buffer> retained; // what the kernel points at
    private boolean closed;
    private boolean moved; // the weights are not the saved ones

    /** Allocates memory for the old weights. All buffers are f32 of one length. */
    public SharpnessAscent(Device device, Buffer parameters, Buffer gradients, SharpnessAware options) {
        this.device = device;
        this.options = options;
        this.parameters = parameters;
        saved = device.allocate(Role.WORKSPACE, "weights before a move", parameters.bytes());
        boolean complete = false;
        try {
            kernel = device.bindPerturbation(
                    new PerturbationRequest(parameters, gradients, saved, options.sharpness()));
            retained = List.of(parameters, gradients, saved);
            retained.forEach(Buffer::retain);
            complete = true;
        } finally {
            if (!complete) {
                saved.close();
            }
        }
    }

    /**
     * Moves the weights by {@code radius * g / (|g| + 1e-12)}, or {@code radius * w^2 g / (|w g| + 1e-12)}.
     *
     * @param gradientScale what each gradient is to be multiplied by first
     * @return false when it did nothing because a gradient is not finite
     */
    public boolean climb(double gradientScale) {
        double norm = kernel.norm(gradientScale);
        if (!Double.isFinite(norm)) {
            return false;
        }
        kernel.run(PerturbationKernel.coefficient(options.radius(), gradientScale, norm));
        moved = true;
        return true;
    }

    /**
     * Gives the weights the values that they had before the latest move.
     *
     * @throws IllegalStateException when they were not moved since it was made or since it descended; they stay as they
     *                               are
     */
    public void descend() {
        if (!moved) {
            throw new IllegalStateException(
                    "the weights were not moved, so there is no way back: descend once after each climb"
                    + " that returned true");
        }
        device.copy(saved, parameters);
        moved = false;
    }

    /**
     * The same, decided on the device without waiting for it: a gradient that is not finite, or steps that are halted,
     * leave the weights where they are.
     *
     * @param control       of an optimizer over these weights
     * @param gradientScale what each gradient is to be multiplied by, before it is divided by the loss scale
     */
    public void climb(StepKernel control, double gradientScale) {
        control.climb(kernel, options.radius(), gradientScale);
    }

    /** Takes back {@link #climb(StepKernel, double)}; does nothing where that moved nothing. */
    public void descend(StepKernel control) {
        control.descend(saved, parameters);
    }

    @Override
    public void close() {
        kernel.close(); // first: throws, leaving everything open, on a foreign thread
        if (!closed) {
            closed = true;
            retained.forEach(Buffer::release);
            saved.close();
        }
    }
}

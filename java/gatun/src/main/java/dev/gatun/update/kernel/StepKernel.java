package dev.gatun.update.kernel;

import dev.gatun.memory.Buffer;
import java.lang.foreign.MemorySegment;

/**
 * Decides the steps of an optimizer on the device: clip coefficients, whether a step is skipped, the loss scale and
 * the step number are computed from device memory. Each call is submitted to the device's stream; none waits, and none
 * allocates where the stream is immediate.
 *
 * <p>After a loss that is not finite, or too many skipped steps in a row, the steps are halted: none changes the
 * parameters until {@link #resume}, however many are submitted before the host notices.
 */
public interface StepKernel extends AutoCloseable {
    /** Begins a step: resets the sum of the losses. */
    void begin();

    /** Adds the loss of one batch of the step: (1) f32. Halts the steps if it is not finite. */
    void observe(Buffer loss);

    /**
     * Copies {@code source} to {@code target} if the latest {@link #observe} halted the steps: keeps the inputs of the
     * batch that halted them.
     */
    void keepWhereHalted(Buffer source, Buffer target);

    /** Copies {@code saved} to {@code target} if the steps are halted. */
    void restoreWhereHalted(Buffer saved, Buffer target);

    /**
     * Updates the parameters. Where the gradients are checked and one is not finite, or where the steps are halted,
     * changes nothing but the block.
     *
     * @param gradientScale factor of every gradient, applied before the division by the loss scale
     * @param checks        whether the gradients are checked for being finite even where neither clipping nor the loss
     *                      scale needs it
     */
    void update(double gradientScale, boolean checks);

    /** Copies {@code source} to {@code target} if no step was taken yet. */
    void copyBeforeFirst(Buffer source, Buffer target);

    /**
     * Applies look-ahead after every {@code every} steps taken: {@code slow <- slow + rate * (fast - slow)}, then
     * {@code fast <- slow}. Does nothing where the latest step was skipped.
     *
     * @param every steps between two applications, at least 1
     */
    void lookAhead(long every, double rate, Buffer fast, Buffer slow);

    /** Writes the loss scale times {@code weight} to {@code target}, the loss scale of a program: (1) f32. */
    void copyScale(Buffer target, double weight);

    /**
     * Perturbs the weights along the gradients, as sharpness-aware minimisation does, where all gradients are finite
     * and the steps are not halted.
     *
     * @param perturbation  over the weights of these steps, on the same device
     * @param radius        norm of the perturbation
     * @param gradientScale factor of every gradient, applied before the division by the loss scale
     */
    void perturb(PerturbationKernel perturbation, double radius, double gradientScale);

    /** Restores the weights that the latest {@link #perturb} saved, where it perturbed them. */
    void restore(Buffer saved, Buffer weights);

    /** Sets the number of steps taken. */
    void setSteps(long steps);

    /** Sets the loss scale and the two counters that it depends on. */
    void setScale(float scale, long finiteInARow, long skippedInARow);

    /** Ends the halt: later steps update the parameters again. */
    void resume();

    /** Copies the current {@link StepBlock}; {@code target} may be read once the stream has executed the copy. */
    void report(MemorySegment target);

    @Override
    void close();
}

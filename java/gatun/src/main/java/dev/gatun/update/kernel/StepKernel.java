package dev.gatun.update.kernel;

import dev.gatun.memory.Buffer;
import java.lang.foreign.MemorySegment;

/**
 * The steps of an optimizer, decided beside the data: clip coefficients, whether a step is skipped, the loss scale and
 * the number of the step follow on the device from what is in its memory. Each call is submitted to the device's
 * stream; none waits, and none allocates where the stream is immediate.
 *
 * <p>Once a loss is not finite, or too many steps in a row were skipped, the steps are halted: none changes anything
 * until {@link #resume}, however many are submitted before the host notices.
 */
public interface StepKernel extends AutoCloseable {
    /** Begins a step: forgets the losses of the one before. */
    void begin();

    /** Takes the loss of one batch of the step: (1) f32. Halts the steps where it is not finite. */
    void observe(Buffer loss);

    /**
     * Keeps what could explain why the steps are halted: where the latest {@link #observe} halted them, and only there,
     * {@code target} becomes {@code source}.
     */
    void keepWhereHalted(Buffer source, Buffer target);

    /** Gives memory back the values it had before the step, where the steps are halted. */
    void restoreWhereHalted(Buffer saved, Buffer target);

    /**
     * Moves the parameters. Where somebody looks at the gradients and one is not finite, or the steps are halted, it
     * changes nothing but the block.
     *
     * @param gradientScale what every gradient is multiplied by, before it is divided by the loss scale
     * @param looks         whether the gradients are looked at although nothing else asks for it
     */
    void update(double gradientScale, boolean looks);

    /** Where no step was taken yet, {@code target} becomes {@code source}. */
    void copyBeforeFirst(Buffer source, Buffer target);

    /**
     * The move of look-ahead, where the latest step was taken, and its number is a multiple.
     *
     * @param every steps from one time to the next, at least 1
     */
    void lookAhead(long every, double rate, Buffer fast, Buffer slow);

    /** Puts the loss scale, times a weight, where a program's gradients begin with it: (1) f32. */
    void copyScale(Buffer target, double weight);

    /**
     * The move of sharpness-aware minimisation up the slope, where all gradients are finite and the steps are not
     * halted.
     *
     * @param move          over the weights of these steps, on the same device
     * @param radius        how far
     * @param gradientScale what every gradient is multiplied by, before it is divided by the loss scale
     */
    void climb(PerturbationKernel move, double radius, double gradientScale);

    /** Gives the weights back what the latest {@link #climb} saved, where it moved them. */
    void descend(Buffer saved, Buffer weights);

    /** Goes on from a number of steps taken. */
    void setSteps(long steps);

    /** Goes on from a loss scale. */
    void setScale(float scale, long finiteInARow, long skippedInARow);

    /** Lets steps change things again. */
    void resume();

    /** Copies the {@link StepBlock} as it is now; the target is left alone until the stream has passed this. */
    void report(MemorySegment target);

    @Override
    void close();
}

package dev.gatun.update.kernel;

import dev.gatun.memory.Buffer;
import dev.gatun.update.Hyperparameters;
import dev.gatun.update.Scheduled;

/** A bound optimizer step: one pass over the slabs for all groups. Allocates nothing. */
public interface UpdateKernel extends AutoCloseable {
    /** Returns the number of ranges. */
    int ranges();

    /** Sets the hyper-parameters of a group, from the next step on. */
    void set(int group, Hyperparameters hyperparameters);

    /** Sets one hyper-parameter of a group, which its rule has, from the next step on; see {@link Scheduled#check}. */
    void set(int group, Scheduled what, double value);

    /**
     * Measures the gradients of all ranges in one read.
     *
     * @return the Euclidean norm of the scaled gradients; not finite where one of them is not
     */
    double gradientNorm(double gradientScale);

    /**
     * Measures the gradients of each range in one read.
     *
     * @param norms (ranges) written: the Euclidean norm of each range's scaled gradients; not finite where one of them
     *              is not
     */
    void gradientNorms(double gradientScale, double[] norms);

    /**
     * Measures the weights of each range in one read. They must be stored in f32.
     *
     * @param norms (ranges) written: the Euclidean norm of each range's weights
     */
    void weightNorms(double[] norms);

    /**
     * Sets a factor for the gradients of each range, from the next step on.
     *
     * @param coefficients (ranges) at least 0; read before this returns
     */
    void setRangeCoefficients(double[] coefficients);

    /** Returns the index of the first gradient that was not finite when the norm was last measured, or -1. */
    long firstNonFinite();

    /** Runs one step. */
    void run(UpdateStep step);

    /**
     * Decodes a state that is stored in 8 bits.
     *
     * @param values (elements) f32, written
     */
    void decodeState(String name, Buffer values);

    /**
     * Encodes a state that is stored in 8 bits. The result of {@link #decodeState} is encoded to the same bytes.
     *
     * @param values (elements) f32
     */
    void encodeState(String name, Buffer values);

    @Override
    void close();
}

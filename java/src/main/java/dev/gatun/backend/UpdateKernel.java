package dev.gatun.backend;

/** A bound optimizer step: one pass over the slabs for all groups. Allocates nothing. */
public interface UpdateKernel extends AutoCloseable {
    /** Changes the numbers of one group from the next step on. */
    void set(int group, Hyperparameters hyperparameters);

    /** Changes one number of a group, which it has, from the next step on; see {@link Scheduled#check}. */
    void set(int group, Scheduled what, double value);

    /**
     * Measures the gradients of all ranges in one read.
     *
     * @return the Euclidean norm of the scaled gradients; not finite where one of them is not
     */
    double gradientNorm(double gradientScale);

    /** The element of the first gradient that was not finite when the norm was last measured, or -1. */
    long firstNonFinite();

    /** Runs one step. */
    void run(UpdateStep step);

    @Override
    void close();
}

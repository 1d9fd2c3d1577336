package dev.gatun.backend;

/** A bound optimizer step: one pass over the slabs for all groups. Allocates nothing. */
public interface UpdateKernel extends AutoCloseable {
    /** Changes the numbers of one group from the next step on. */
    void set(int group, Hyperparameters hyperparameters);

    /** Changes the learning rate of one group from the next step on, without allocating. */
    void setLearningRate(int group, double learningRate);

    /**
     * Runs one step.
     *
     * @param step          1 for the first step of the run
     * @param gradientScale what every gradient is multiplied by first
     */
    void run(long step, double gradientScale);

    @Override
    void close();
}

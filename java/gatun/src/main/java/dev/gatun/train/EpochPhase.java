package dev.gatun.train;

/** One thing that happens after the last step of each epoch, before the next begins. */
@FunctionalInterface
interface EpochPhase {
    /**
     * Does it.
     *
     * @param epoch counted from 0
     */
    void run(int epoch);
}

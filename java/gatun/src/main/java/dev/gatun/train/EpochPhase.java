package dev.gatun.train;

import java.util.function.BooleanSupplier;

/** One thing that happens after the last step of each epoch, before the next begins. */
@FunctionalInterface
interface EpochPhase {
    /**
     * Does it.
     *
     * @param epoch         counted from 0
     * @param stopRequested asked after each batch: what is left may be left out, as it is done again when the run goes
     *                      on
     */
    void run(int epoch, BooleanSupplier stopRequested);
}

package dev.gatun.train;

import dev.gatun.engine.Variables;
import dev.gatun.optim.Optimizer;
import dev.gatun.optim.SlowWeights;
import dev.gatun.optim.TensorState;
import java.util.Map;
import java.util.Optional;

/**
 * What a part of a run keeps from step to step, beside variables and the optimizer's states: its buffers and numbers,
 * under the names that checkpoints have for them.
 */
interface KeptState {
    /** All that a checkpoint may hold, so that none of it is dropped without a word. */
    enum Kind {
        /** The mean of the weights after epochs. */
        MEAN(AveragedWeights.NAME, "a mean of the weights"),
        /** Look-ahead's. */
        SLOW(SlowWeights.NAME, "slow weights of look-ahead"),
        /** The optimizer's exponential average, one of its own states. */
        AVERAGE(Optimizer.AVERAGE, "a moving average of the weights");

        /** The name among the states of a parameter. */
        final String state;

        /** For people. */
        final String text;

        Kind(String state, String text) {
            this.state = state;
            this.text = text;
        }
    }

    /** What it is. */
    Kind kind();

    /** What belongs to a variable, if anything does. */
    Optional<TensorState> of(Variables.Slot slot);

    /** Its numbers by name; none is negative. */
    default Map<String, Long> numbers() {
        return Map.of();
    }

    /** Goes on from numbers with the same names. */
    default void restore(Map<String, Long> numbers) {}
}

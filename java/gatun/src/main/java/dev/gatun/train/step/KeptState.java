package dev.gatun.train.step;

import dev.gatun.engine.Variables;
import dev.gatun.optim.Optimizer;
import dev.gatun.optim.SlowWeights;
import dev.gatun.optim.TensorState;
import java.util.Map;
import java.util.Optional;

/**
 * The state that a part of a run keeps from step to step, besides variables and the optimizer's states: buffers and
 * numbers, with their names in checkpoints.
 */
public interface KeptState {
    /** The kinds of state that a checkpoint may contain. A checkpoint with a kind that the run lacks is refused. */
    enum Kind {
        /** The mean of the weights after epochs. */
        MEAN("swa", "a mean of the weights"),
        /** The slow weights of look-ahead. */
        SLOW(SlowWeights.NAME, "slow weights of look-ahead"),
        /** The optimizer's exponential average of the weights, one of its own states. */
        AVERAGE(Optimizer.AVERAGE, "a moving average of the weights"),
        /** The mask that keeps weights at zero. */
        MASK("mask", "a mask of the weights"),
        /** The scores of movement pruning. */
        MOVEMENT("movement", "scores of movement"),
        /** The values that masked weights had, with which movement pruning goes on. */
        MASKED("masked", "values of masked weights"),
        /** The weights that the next mean over the ranks is compared with. */
        OUTER_WEIGHTS("outer_weights", "weights of an outer optimizer"),
        /** The momentum of the means over the ranks. */
        OUTER_MOMENTUM("outer_momentum", "a momentum of an outer optimizer"),
        /** What compression has not sent to other ranks yet. */
        UNSENT("unsent", "gradients that were not sent yet"),
        /** The matrices that PowerSGD goes on from. */
        LOW_RANK("low_rank", "matrices of PowerSGD");

        /** The name among the states of a parameter. */
        public final String state;

        /** The description in messages. */
        public final String text;

        Kind(String state, String text) {
            this.state = state;
            this.text = text;
        }
    }

    /** Returns the kind. */
    Kind kind();

    /** Returns the part that belongs to a variable, if any. */
    Optional<TensorState> of(Variables.Slot slot);

    /** Returns the numbers by name; none is negative. */
    default Map<String, Long> numbers() {
        return Map.of();
    }

    /** Restores the numbers from a map with the same names. */
    default void restore(Map<String, Long> numbers) {}
}

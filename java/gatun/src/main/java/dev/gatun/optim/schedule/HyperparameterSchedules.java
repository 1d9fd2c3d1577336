package dev.gatun.optim.schedule;

import dev.gatun.options.WithMethods;
import dev.gatun.update.Hyperparameters;
import dev.gatun.update.Scheduled;
import org.jspecify.annotations.Nullable;

/**
 * How the hyper-parameters move with the steps.
 *
 * @param learningRate of the learning rate
 * @param momentum     of the momentum, or the first beta
 * @param weightDecay  of the weight decay
 * @param plateau      what lowers the learning rate after an epoch, beside its schedule; null for nothing
 */
@WithMethods
public record HyperparameterSchedules(
        Schedule learningRate, Schedule momentum, Schedule weightDecay, @Nullable PlateauOptions plateau)
        implements HyperparameterSchedulesBuilder.With {
    /** Nothing moves. */
    public static final HyperparameterSchedules CONSTANT = new HyperparameterSchedules(
            new Schedule.Constant(), new Schedule.Constant(), new Schedule.Constant(), null);

    /** The schedule of one of them. */
    public Schedule of(Scheduled what) {
        return switch (what) {
            case LEARNING_RATE -> learningRate;
            case MOMENTUM -> momentum;
            case WEIGHT_DECAY -> weightDecay;
        };
    }

    /** Whether the schedule of one of them moves these numbers: none does, and a weight decay of 0 stays. */
    public boolean moves(Scheduled what, Hyperparameters numbers) {
        return !(of(what) instanceof Schedule.Constant)
                && !(what == Scheduled.WEIGHT_DECAY && numbers.weightDecay() == 0);
    }
}

package dev.gatun.optim.schedule;

import dev.gatun.options.WithMethods;
import dev.gatun.update.Hyperparameters;
import dev.gatun.update.Scheduled;
import org.jspecify.annotations.Nullable;

/**
 * The schedules of an optimizer's hyper-parameters.
 *
 * @param learningRate schedule of the learning rate
 * @param momentum     schedule of the momentum, or of the first beta
 * @param weightDecay  schedule of the weight decay
 * @param plateau      options of reducing the learning rate on a plateau, in addition to its schedule; null for none
 */
@WithMethods
public record HyperparameterSchedules(
        Schedule learningRate, Schedule momentum, Schedule weightDecay, @Nullable PlateauOptions plateau)
        implements HyperparameterSchedulesBuilder.With {
    /** Constant hyper-parameters. */
    public static final HyperparameterSchedules CONSTANT = new HyperparameterSchedules(
            new Schedule.Constant(), new Schedule.Constant(), new Schedule.Constant(), null);

    /** Returns the schedule of a hyper-parameter. */
    public Schedule of(Scheduled what) {
        return switch (what) {
            case LEARNING_RATE -> learningRate;
            case MOMENTUM -> momentum;
            case WEIGHT_DECAY -> weightDecay;
        };
    }

    /**
     * Returns whether the schedule of a hyper-parameter changes it: a constant schedule does not, and a weight decay of
     * 0 stays 0.
     */
    public boolean moves(Scheduled what, Hyperparameters numbers) {
        return !(of(what) instanceof Schedule.Constant)
                && !(what == Scheduled.WEIGHT_DECAY && numbers.weightDecay() == 0);
    }
}

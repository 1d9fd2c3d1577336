package dev.gatun.optim;

import dev.gatun.optim.schedule.AbsoluteSchedule;
import dev.gatun.optim.schedule.LambdaSchedule;
import dev.gatun.optim.schedule.Schedule;
import dev.gatun.optim.schedule.SequentialSchedule;
import dev.gatun.optim.schedule.text.Schedules;
import dev.gatun.options.WithMethods;
import java.util.List;

/**
 * Stochastic weight averaging (Izmailov et al., UAI 2018): the plain mean of the weights after each epoch from some
 * epoch on. The model is then evaluated with the mean, and with statistics of batch normalisation measured anew for it.
 *
 * @param start        the first epoch whose weights count, from 1
 * @param learningRate from that epoch on, whatever the schedule; 0 leaves it to the schedule
 */
@WithMethods
public record StochasticAverage(int start, double learningRate) implements StochasticAverageBuilder.With {
    private static final String WHAT = "stochastic weight averaging";
    private static final String FORM = "EPOCH or EPOCH,RATE, as 10 or 10,0.05";

    public StochasticAverage {
        if (start < 1 || !(learningRate >= 0 && learningRate <= Float.MAX_VALUE)) {
            throw new IllegalArgumentException(WHAT
                    + ": the first epoch must be at least 1 and the learning rate at least 0, got "
                    + start + " and " + learningRate);
        }
    }

    /** From an epoch on, at the schedule's learning rate. */
    public static StochasticAverage from(int start) {
        return new StochasticAverage(start, 0);
    }

    /** A schedule that holds the learning rate from the first of these epochs on. */
    public Schedule over(Schedule schedule, long stepsPerEpoch) {
        if (learningRate == 0) {
            return schedule;
        }
        Schedule held = new AbsoluteSchedule(new LambdaSchedule(_ -> learningRate));
        return start == 1 ? held : new SequentialSchedule(List.of(schedule, held),
                List.of((start - 1) * stepsPerEpoch));
    }

    /** What {@link #parse} reads. */
    public String text() {
        return learningRate == 0 ? Integer.toString(start) : start + "," + Schedules.number(learningRate);
    }

    /**
     * Reads {@code 10} or {@code 10,0.05}.
     *
     * @throws IllegalArgumentException with one line that says how it is written
     */
    public static StochasticAverage parse(String text) {
        List<String> parts = WrapperText.parts(WHAT, text, 2, FORM);
        return new StochasticAverage(WrapperText.count(WHAT, parts.getFirst(), FORM),
                parts.size() == 1 ? 0 : WrapperText.number(WHAT, parts.get(1), FORM));
    }
}

package dev.gatun.optim;

import dev.gatun.optim.schedule.AbsoluteSchedule;
import dev.gatun.optim.schedule.LambdaSchedule;
import dev.gatun.optim.schedule.RunLength;
import dev.gatun.optim.schedule.Schedule;
import dev.gatun.optim.schedule.SequentialSchedule;
import dev.gatun.optim.schedule.text.Schedules;
import dev.gatun.options.WithMethods;
import java.util.List;

/**
 * Options of stochastic weight averaging (Izmailov et al., UAI 2018): the mean of the weights after each epoch from
 * some epoch on. The model is then evaluated with the mean, and with batch statistics recomputed for it.
 *
 * @param start        first epoch whose weights are averaged, from 1
 * @param learningRate constant learning rate from that epoch on; 0 for the schedule's
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

    /** Returns averaging from an epoch on, at the schedule's learning rate. */
    public static StochasticAverage from(int start) {
        return new StochasticAverage(start, 0);
    }

    /** Returns a schedule that keeps the learning rate constant from the first averaged epoch on. */
    public Schedule over(Schedule schedule, RunLength run) {
        if (learningRate == 0) {
            return schedule;
        }
        Schedule held = new AbsoluteSchedule(new LambdaSchedule(_ -> learningRate));
        return start == 1 ? held : new SequentialSchedule(List.of(schedule, held),
                List.of(Math.round(run.stepsOfEpochs(start - 1))));
    }

    /** Returns the text form, as {@link #parse} reads it. */
    public String text() {
        return learningRate == 0 ? Integer.toString(start) : start + "," + Schedules.number(learningRate);
    }

    /**
     * Parses {@code 10} or {@code 10,0.05}.
     *
     * @throws IllegalArgumentException with one line that states the form
     */
    public static StochasticAverage parse(String text) {
        List<String> parts = WrapperText.parts(WHAT, text, 2, FORM);
        return new StochasticAverage(WrapperText.count(WHAT, parts.getFirst(), FORM),
                parts.size() == 1 ? 0 : WrapperText.number(WHAT, parts.get(1), FORM));
    }
}

package dev.gatun.train.search;

import dev.gatun.optim.schedule.ExponentialSchedule;
import dev.gatun.optim.schedule.text.RunSchedule;
import dev.gatun.optim.schedule.text.RunSchedules;
import dev.gatun.options.WithMethods;
import dev.gatun.train.Evaluation;
import dev.gatun.train.Progress;
import dev.gatun.train.Trainer;
import dev.gatun.train.TrainingListener;
import dev.gatun.train.TrainingOptions;
import dev.gatun.train.epoch.BatchGrowth;
import dev.gatun.train.monitor.EarlyStopping;
import dev.gatun.train.step.NonFiniteLossException;
import dev.gatun.update.Scheduled;

/**
 * Finds learning rates at which a model learns, by one short run in which the rate rises from step to step (Smith,
 * 2017): where it is too small the loss stays, where it is too large the loss explodes.
 *
 * <pre>{@code
 * LearningRateFinder finder = LearningRateFinder.defaults();
 * try (Trainer trainer = new Trainer(model, data, device, finder.options(options, data.train().size()))) {
 *     LearningRateCurve curve = finder.run(trainer);
 *     IO.println(curve.suggestion());
 * }
 * }</pre>
 *
 * @param least the rate of the first step
 * @param most  the rate of the last step
 * @param steps steps of the run, which ends before where the loss is over four times the least so far
 */
@WithMethods
public record LearningRateFinder(double least, double most, int steps) implements LearningRateFinderBuilder.With {
    private static final double EXPLODED = 4;

    /** Checks the numbers. */
    public LearningRateFinder {
        if (!(least > 0 && most > least && Double.isFinite(most)) || steps < 10) {
            throw new IllegalArgumentException("a learning rate rises from above 0 in at least 10 steps, not from "
                    + least + " to " + most + " in " + steps);
        }
    }

    /** Returns the usual one: from 1e-7 to 10 in 100 steps. */
    public static LearningRateFinder defaults() {
        return new LearningRateFinder(1e-7, 10, 100);
    }

    /**
     * Returns the options of a run under this rate, long enough, with batches of one size.
     *
     * @param options  options of the run that a rate is sought for
     * @param examples number of training examples
     */
    public TrainingOptions options(TrainingOptions options, int examples) {
        double gamma = Math.pow(most / least, 1.0 / (steps - 1));
        TrainingOptions rising = options.withOptimizer(options.optimizer().with(Scheduled.LEARNING_RATE, least))
                .withSchedules(new RunSchedules(new RunSchedule.Exact(new ExponentialSchedule(gamma)),
                        RunSchedule.CONSTANT, RunSchedule.CONSTANT, null))
                .withEarlyStopping(EarlyStopping.NEVER).withGrowth(BatchGrowth.NONE)
                .withWrappers(options.wrappers().withAverage(null));
        long stepsOfEpoch = rising.withEpochs(1).length(examples).steps();
        return rising.withEpochs(Math.toIntExact(Math.ceilDiv(steps, stepsOfEpoch)));
    }

    /**
     * Runs a trainer that has these {@link #options}.
     *
     * @throws NonFiniteLossException when the loss of the very first steps is infinite or not a number
     */
    public LearningRateCurve run(Trainer trainer) {
        Recorder recorder = new Recorder(trainer);
        try {
            trainer.run(recorder);
        } catch (NonFiniteLossException e) {
            if (recorder.curve.size() < LearningRateCurve.LEAST_STEPS) {
                throw e;
            }
        }
        return recorder.curve;
    }

    private final class Recorder implements TrainingListener {
        private final Trainer trainer;
        private final LearningRateCurve curve = new LearningRateCurve();

        Recorder(Trainer trainer) {
            this.trainer = trainer;
        }

        @Override
        public void onStep(Progress progress) {
            if (curve.size() == steps) {
                return; // submitted before the stop was requested
            }
            curve.add(progress.learningRate(), progress.loss());
            int last = curve.size() - 1;
            boolean exploded = last >= LearningRateCurve.LEAST_STEPS
                    && curve.smoothed(last) > EXPLODED * curve.smoothed(curve.best());
            if (exploded || curve.size() == steps) {
                trainer.requestStop();
            }
        }

        @Override
        public void onEpoch(Progress progress, Evaluation test) {
            // What an epoch is worth is not asked here.
        }
    }
}

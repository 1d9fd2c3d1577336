package dev.gatun.train;

import dev.gatun.train.epoch.EpochPlan;
import dev.gatun.train.monitor.BestEpoch;
import dev.gatun.train.monitor.EarlyStopping;
import dev.gatun.train.step.TrainingStep;
import dev.gatun.train.task.MetricSums;

/** The progress of a run. There is one object for the whole run, updated in place: copy what is to be kept. */
public final class Progress {
    private final EpochPlan plan;
    private final BestEpoch best;
    final MetricSums metrics;
    int epoch;
    int batch;
    long step;
    long skipped;
    float loss;
    double lossSum;
    long seen;
    long trainNanos;
    long trainedExamples;
    long stepExamples;
    double learningRate;
    float lossScale = 1;

    Progress(EpochPlan plan, EarlyStopping earlyStopping, MetricSums metrics) {
        this.plan = plan;
        this.metrics = metrics;
        this.best = new BestEpoch(earlyStopping);
    }

    /** The results of one more step of this epoch were read. */
    void add(TrainingStep done) {
        step++;
        batch++;
        skipped += done.skipped();
        loss = done.loss();
        learningRate = done.learningRate();
        lossScale = done.lossScale();
        lossSum += (double) done.loss() * done.examples();
        stepExamples = done.examples();
        seen += done.examples();
        trainedExamples += done.examples();
        metrics.add(done.metrics());
    }

    /** This epoch is done. */
    void nextEpoch() {
        epoch++;
        batch = 0;
        lossSum = 0;
        seen = 0;
        metrics.reset();
    }

    /** Returns the number of epochs of the run. */
    public int epochs() {
        return plan.epochs();
    }

    /** Returns the number of steps of the current epoch. */
    public int batches() {
        return plan.rounds(epoch).steps();
    }

    /** Returns the number of examples, of all ranks, in each batch of the current epoch but for a smaller last one. */
    public int batchSize() {
        return plan.rounds(epoch).batchSize();
    }

    /** Returns the number of epochs done, with the share of the current one. */
    public double epochsDone() {
        return epoch + (double) batch / batches();
    }

    /**
     * Returns the number of steps skipped so far because a gradient was not finite, which only clipping by norm and
     * loss scaling check.
     */
    public long skippedSteps() {
        return skipped;
    }

    /** Returns the index of the current epoch, from 0. */
    public int epoch() {
        return epoch;
    }

    /** Returns the number of steps done in this epoch. */
    public int batch() {
        return batch;
    }

    /** Returns the number of steps done in the run. */
    public long step() {
        return step;
    }

    /** Returns the number of steps of the run. */
    public long steps() {
        return plan.steps();
    }

    /** Returns the number of examples, of all ranks, in the latest step. */
    public long stepExamples() {
        return stepExamples;
    }

    /** Returns the loss of the latest step. */
    public float loss() {
        return loss;
    }

    /** Returns the mean loss of this epoch so far. */
    public double meanLoss() {
        return seen == 0 ? Double.NaN : lossSum / seen;
    }

    /**
     * Returns a metric of the examples of this epoch so far, measured in training; NaN for one that only evaluation
     * measures.
     */
    public double metric(String name) {
        return metrics.value(name);
    }

    /**
     * Returns the fraction of this epoch's examples classified correctly in training; NaN for a task without classes.
     */
    public double accuracy() {
        return metric(Evaluation.ACCURACY);
    }

    /** Returns the learning rate of the latest step. */
    public double learningRate() {
        return learningRate;
    }

    /** Returns the loss scale of the latest step; 1 where the loss is not scaled. */
    public float lossScale() {
        return lossScale;
    }

    /**
     * Returns the training examples per second since this process started, waiting for data included, evaluation
     * excluded.
     */
    public double examplesPerSecond() {
        return trainNanos == 0 ? 0 : trainedExamples * 1e9 / trainNanos;
    }

    /** Returns whether all steps are done. */
    public boolean isComplete() {
        return epoch >= plan.epochs() || stoppedEarly();
    }

    /** Returns whether the run has ended before its last epoch, because none was better for long. */
    public boolean stoppedEarly() {
        return epoch < plan.epochs() && best.isOver();
    }

    /** Returns the best epoch so far, which {@link TrainingListener#onEpoch} already knows of. */
    public BestEpoch best() {
        return best;
    }
}

package dev.gatun.train;

import dev.gatun.train.step.TrainingStep;
import dev.gatun.train.task.MetricSums;

/** Where a run stands. One object for the whole run, changed in place: copy what is to be kept. */
public final class Progress {
    private final int epochs;
    private final int batches;
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
    double learningRate;
    float lossScale = 1;

    Progress(int epochs, int batches, MetricSums metrics) {
        this.epochs = epochs;
        this.batches = batches;
        this.metrics = metrics;
    }

    /** The results of one more step of this epoch were read. */
    void add(TrainingStep done) {
        step++;
        batch++;
        if (!done.updated()) {
            skipped++;
        }
        loss = done.loss();
        learningRate = done.learningRate();
        lossScale = done.lossScale();
        lossSum += (double) done.loss() * done.examples();
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

    /** Epochs of the run. */
    public int epochs() {
        return epochs;
    }

    /** Steps of an epoch. */
    public int batches() {
        return batches;
    }

    /**
     * Steps of the run that changed nothing because a gradient was not finite; only clipping by norm and loss scaling
     * look.
     */
    public long skippedSteps() {
        return skipped;
    }

    /** The current epoch, counted from 0. */
    public int epoch() {
        return epoch;
    }

    /** Steps done in this epoch. */
    public int batch() {
        return batch;
    }

    /** Steps done in the whole run. */
    public long step() {
        return step;
    }

    /** Steps of the whole run. */
    public long steps() {
        return (long) epochs * batches;
    }

    /** Loss of the latest step. */
    public float loss() {
        return loss;
    }

    /** Mean loss of this epoch so far. */
    public double meanLoss() {
        return seen == 0 ? Double.NaN : lossSum / seen;
    }

    /**
     * A metric of the examples of this epoch so far, measured while training; NaN for one that only evaluation
     * measures.
     */
    public double metric(String name) {
        return metrics.value(name);
    }

    /** Share of this epoch's examples that were classified correctly while training; NaN for a task without classes. */
    public double accuracy() {
        return metric(Evaluation.ACCURACY);
    }

    /** Learning rate of the latest step. */
    public double learningRate() {
        return learningRate;
    }

    /** What the loss of the latest step was multiplied by in the backward pass; 1 where it is not scaled. */
    public float lossScale() {
        return lossScale;
    }

    /** Examples trained on per second, waiting for data included, evaluation left out, since this process began. */
    public double examplesPerSecond() {
        return trainNanos == 0 ? 0 : trainedExamples * 1e9 / trainNanos;
    }

    /** Whether all steps are done. */
    public boolean isComplete() {
        return epoch >= epochs;
    }
}

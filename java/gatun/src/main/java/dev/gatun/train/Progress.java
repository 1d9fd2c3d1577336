package dev.gatun.train;

/** Where a run stands. One object for the whole run, changed in place: copy what is to be kept. */
public final class Progress {
    private final int epochs;
    private final int batches;
    int epoch;
    int batch;
    long step;
    long skipped;
    float loss;
    double lossSum;
    long correct;
    long seen;
    long trainNanos;
    long trainedImages;
    double learningRate;
    float lossScale = 1;

    Progress(int epochs, int batches) {
        this.epochs = epochs;
        this.batches = batches;
    }

    /** Epochs of the run. */
    public int epochs() {
        return epochs;
    }

    /** Steps of an epoch. */
    public int batches() {
        return batches;
    }

    /** Steps of the run that changed nothing because a gradient was not finite; only clipping by norm and loss scaling look. */
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

    /** Share of this epoch's images that were classified correctly while training. */
    public double accuracy() {
        return seen == 0 ? Double.NaN : (double) correct / seen;
    }

    /** Learning rate of the latest step. */
    public double learningRate() {
        return learningRate;
    }

    /** What the loss of the latest step was multiplied by in the backward pass; 1 where it is not scaled. */
    public float lossScale() {
        return lossScale;
    }

    /** Images trained on per second, waiting for data included, evaluation left out, since this process began. */
    public double imagesPerSecond() {
        return trainNanos == 0 ? 0 : trainedImages * 1e9 / trainNanos;
    }

    /** Whether all steps are done. */
    public boolean isComplete() {
        return epoch >= epochs;
    }
}

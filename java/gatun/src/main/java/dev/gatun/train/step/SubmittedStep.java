package dev.gatun.train.step;

import dev.gatun.backend.Device;
import dev.gatun.backend.Event;
import dev.gatun.train.program.BoundProgram;
import dev.gatun.train.task.MetricSums;
import dev.gatun.update.kernel.StepBlock;
import java.util.List;

/** A step that was submitted, and what it came to once its event is done. Used over and over. */
final class SubmittedStep {
    /** The device's block as it was after the step. */
    final StepBlock block = StepBlock.onHost();
    /** Done when the results are there. */
    final Event done;
    /** Number of the step, counted from 1. */
    long number;
    /** Decides what dropout drops, together with the batch. */
    long seed;
    /** Number of its first batch among those of all ranks in the whole run, counted from 1. */
    long firstBatch;
    /** What the numbers of two batches differ by. */
    int stride;
    /** Batches of this rank that were run. */
    int batches;
    /** Examples of the step, of all ranks. */
    long examples;
    /** The weights of its batches, of all ranks. */
    double weights;
    /** What turns the sum of its gradients into that of the mean loss, the loss scale left out. */
    double gradientScale;
    /** Learning rate of the step. */
    double learningRate;

    private final BatchResults[] results;

    /**
     * A place for a step.
     *
     * @param most    batches of a step
     * @param scalars what is read of each batch
     */
    SubmittedStep(Device device, int most, List<BoundProgram.Scalar> scalars) {
        done = device.stream().newEvent();
        results = new BatchResults[most];
        for (int i = 0; i < most; i++) {
            results[i] = new BatchResults(device, scalars);
        }
    }

    void begin(StepPlan plan) {
        seed = plan.seed;
        number = plan.number;
        firstBatch = plan.firstBatch;
        stride = plan.stride;
        examples = plan.examples;
        weights = plan.weights;
        batches = 0;
    }

    /** Another batch went forward through a program: submits the copies of its results. */
    BatchResults add(BoundProgram pass, double weight) {
        BatchResults place = results[batches++];
        place.submit(pass, weight);
        return place;
    }

    /** The losses of its batches, multiplied by their weights; adds what they measured. */
    double sum(MetricSums metrics) {
        double sum = 0;
        for (int i = 0; i < batches; i++) {
            BatchResults batch = results(i);
            sum += batch.loss() * batch.weight();
            metrics.add(batch);
        }
        return sum;
    }

    /** The results of a batch. */
    BatchResults results(int batch) {
        if (batch >= batches) {
            throw new IllegalStateException("the step has " + batches + " batches, not " + (batch + 1));
        }
        return results[batch];
    }
}

package dev.gatun.train.step;

import dev.gatun.backend.Stream;
import dev.gatun.dist.ProcessGroup;
import dev.gatun.train.task.MetricSums;
import java.util.function.BooleanSupplier;

/**
 * What all ranks know of a step: its loss and metrics over the examples of all, and whether one of them is to stop. They
 * agree before the update, so that a rank that is lost meanwhile leaves a step that nobody has taken, or all that is
 * known of it. Allocates nothing after construction.
 */
public final class Consensus implements Phase {
    private static final int LOSS = 0;
    private static final int STOP = 1;
    private static final int FIRST_METRIC = 2;

    private final ProcessGroup group;
    private final Stream stream;
    private final BooleanSupplier wantsStop;
    private final MetricSums metrics;
    private final double[] numbers;
    private double loss;
    private boolean stops;

    /**
     * Creates a consensus.
     *
     * @param stream    stream of this rank's device
     * @param wantsStop whether this rank was asked to stop
     * @param metrics   sums of the metrics of a step, which this uses
     */
    public Consensus(ProcessGroup group, Stream stream, BooleanSupplier wantsStop, MetricSums metrics) {
        this.group = group;
        this.stream = stream;
        this.wantsStop = wantsStop;
        this.metrics = metrics;
        numbers = new double[FIRST_METRIC + metrics.numbers()];
    }

    @Override
    public void run(StepState step) {
        stream.synchronize(); // the results are on their way to the host
        SubmittedStep submitted = step.submitted();
        metrics.reset();
        double sum = 0;
        for (int i = 0; i < submitted.batches; i++) {
            BatchResults results = submitted.results(i);
            sum += results.loss() * results.weight();
            metrics.add(results);
        }
        numbers[LOSS] = sum;
        numbers[STOP] = wantsStop.getAsBoolean() ? 1 : 0;
        metrics.write(numbers, FIRST_METRIC);
        group.sum(numbers);
        metrics.read(numbers, FIRST_METRIC);
        loss = numbers[LOSS];
        stops |= numbers[STOP] > 0;
    }

    /** The sum of the losses of all ranks' batches in the latest step, each times its weight. */
    double loss() {
        return loss;
    }

    /** The sums of metrics of the latest step over all ranks. */
    MetricSums metrics() {
        return metrics;
    }

    /** Returns whether a rank had been asked to stop when the ranks last agreed. */
    public boolean stops() {
        return stops;
    }

    /** A new run begins: no rank is to stop. */
    public void reset() {
        stops = false;
    }
}

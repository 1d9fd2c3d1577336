package dev.gatun.train.step;

import dev.gatun.backend.Stream;
import dev.gatun.dist.ProcessGroup;
import dev.gatun.train.task.MetricSums;
import java.util.function.BooleanSupplier;

/**
 * What all ranks know of a step: its loss and metrics over the examples of all, and whether one of them is to stop.
 * They agree before the update, so that a rank that is lost meanwhile leaves a step that nobody has taken, or all that
 * is known of it. Allocates nothing after construction.
 */
public final class SummedResults implements Consensus, Phase {
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
    public SummedResults(ProcessGroup group, Stream stream, BooleanSupplier wantsStop, MetricSums metrics) {
        this.group = group;
        this.stream = stream;
        this.wantsStop = wantsStop;
        this.metrics = metrics;
        numbers = new double[FIRST_METRIC + metrics.numbers()];
    }

    @Override
    public void run(StepState step) {
        stream.synchronize(); // the results are on their way to the host
        metrics.reset();
        numbers[LOSS] = step.addResults(metrics);
        numbers[STOP] = wantsStop.getAsBoolean() ? 1 : 0;
        metrics.write(numbers, FIRST_METRIC);
        group.sum(numbers);
        metrics.read(numbers, FIRST_METRIC);
        loss = numbers[LOSS];
        stops |= numbers[STOP] > 0;
    }

    @Override
    public double loss() {
        return loss;
    }

    @Override
    public MetricSums metrics() {
        return metrics;
    }

    @Override
    public boolean stops() {
        return stops;
    }

    @Override
    public void reset() {
        stops = false;
    }
}

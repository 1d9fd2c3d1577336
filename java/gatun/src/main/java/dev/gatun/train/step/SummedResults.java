package dev.gatun.train.step;

import dev.gatun.dist.ProcessGroup;
import dev.gatun.train.task.MetricSums;
import java.util.function.BooleanSupplier;

/** Results of ranks that take each step together: loss and metrics are those over the examples of all. */
public final class SummedResults implements Consensus {
    private static final int LOSS = 0;
    private static final int STOP = 1;
    private static final int FIRST_METRIC = 2;

    private final ProcessGroup group;
    private final BooleanSupplier wantsStop;
    private final double[] numbers;
    private boolean stops;

    /**
     * Creates a consensus.
     *
     * @param wantsStop whether this rank was asked to stop
     * @param metrics   metrics of a step
     */
    public SummedResults(ProcessGroup group, BooleanSupplier wantsStop, MetricSums metrics) {
        this.group = group;
        this.wantsStop = wantsStop;
        numbers = new double[FIRST_METRIC + metrics.numbers()];
    }

    @Override
    public double reach(double loss, MetricSums metrics) {
        numbers[LOSS] = loss;
        numbers[STOP] = wantsStop.getAsBoolean() ? 1 : 0;
        metrics.write(numbers, FIRST_METRIC);
        group.sum(numbers);
        metrics.read(numbers, FIRST_METRIC);
        stops |= numbers[STOP] > 0;
        return numbers[LOSS];
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

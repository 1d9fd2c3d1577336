package dev.gatun.train.profile;

import dev.gatun.train.profile.SpentInStep.KernelName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Where the time of the recorded steps went, in nanoseconds: medians over the steps, which a step that was disturbed
 * does not move. They need not add up.
 *
 * @param steps           number of recorded steps
 * @param stepNanos       a whole step
 * @param kernelNanos     all kernels, without the optimizer's
 * @param optimizerNanos  the update of the parameters
 * @param dataWaitNanos   waits for batches
 * @param restNanos       what is left: copies of batches, and what the host does between kernels
 * @param checkpoints     number of recorded checkpoints, which come after steps
 * @param checkpointNanos how long the run waited for one of them; 0 without any
 * @param kernels         kernels, the most expensive first
 */
public record StepCosts(
        long steps, double stepNanos, double kernelNanos, double optimizerNanos, double dataWaitNanos,
        double restNanos, long checkpoints, double checkpointNanos, List<KernelCost> kernels) {
    public StepCosts {
        kernels = List.copyOf(kernels);
    }

    /**
     * Sums up a trace.
     *
     * @throws IllegalArgumentException when it holds no step
     */
    public static StepCosts of(Trace trace) {
        Map<Long, SpentInStep> byNumber = new LinkedHashMap<>();
        trace.events().forEach(event -> byNumber.computeIfAbsent(event.step(), _ -> new SpentInStep()).add(event));
        List<SpentInStep> steps = byNumber.values().stream().filter(SpentInStep::isComplete).toList();
        if (steps.isEmpty()) {
            throw new IllegalArgumentException("no step was recorded");
        }
        Map<KernelName, List<Spent>> kernels = new LinkedHashMap<>();
        steps.forEach(step -> step.kernels().forEach(
                (name, spent) -> kernels.computeIfAbsent(name, _ -> new ArrayList<>()).add(spent)));
        List<KernelCost> costs = new ArrayList<>();
        kernels.forEach((name, spent) -> costs.add(cost(trace.peak(), name, spent)));
        costs.sort(Comparator.comparingDouble(KernelCost::nanos).reversed());
        List<Double> checkpoints = steps.stream().map(step -> step.nanos(StepPart.CHECKPOINT))
                .filter(nanos -> nanos > 0).toList();
        return new StepCosts(steps.size(), median(steps, step -> step.nanos(StepPart.STEP)),
                median(steps, SpentInStep::kernelNanos), median(steps, step -> step.nanos(StepPart.OPTIMIZER)),
                median(steps, step -> step.nanos(StepPart.DATA_WAIT)), median(steps, SpentInStep::restNanos),
                checkpoints.size(), checkpoints.isEmpty() ? 0 : median(checkpoints, nanos -> nanos), costs);
    }

    private static KernelCost cost(Peak peak, KernelName name, List<Spent> steps) {
        double runs = median(steps, Spent::runs);
        double nanos = Math.max(1, median(steps, Spent::nanos)); // below the clock's resolution
        double flops = median(steps, Spent::flops);
        double bytes = median(steps, Spent::bytes);
        return new KernelCost(name.stage(), name.layer(), name.operation(), name.implementation(), runs, nanos, flops,
                bytes, peak.yardstick(flops, bytes), peak.share(flops / runs, bytes / runs, nanos / runs));
    }

    private static <T> double median(Collection<T> all, ToDoubleFunction<T> number) {
        double[] sorted = all.stream().mapToDouble(number).sorted().toArray();
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }
}

package dev.gatun.train.profile;

import dev.gatun.engine.KernelReport;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** What one step of a trace took. */
final class SpentInStep {
    private static final Spent NOTHING = new Spent();

    private final Map<StepPart, Spent> parts = new EnumMap<>(StepPart.class);
    private final Map<KernelName, Spent> kernels = new LinkedHashMap<>();
    private double kernelNanos;

    /** What kernels are summed up under, whatever their shapes. */
    record KernelName(String stage, String layer, String operation, String implementation) {}

    void add(TraceEvent event) {
        long nanos = event.time().nanos();
        switch (event) {
            case TraceEvent.Kernel(KernelReport kernel, _, _) -> {
                kernels.computeIfAbsent(new KernelName(kernel.stage(), kernel.layer(), kernel.operation(),
                        kernel.implementation()), _ -> new Spent()).add(nanos, kernel.flops(), kernel.bytes());
                kernelNanos += nanos;
            }
            case TraceEvent.Part(StepPart part, _, _) ->
                    parts.computeIfAbsent(part, _ -> new Spent()).add(nanos, 0, 0);
        }
    }

    /** Whether it was recorded to its end. */
    boolean isComplete() {
        return parts.containsKey(StepPart.STEP);
    }

    Map<KernelName, Spent> kernels() {
        return kernels;
    }

    double kernelNanos() {
        return kernelNanos;
    }

    double nanos(StepPart part) {
        return parts.getOrDefault(part, NOTHING).nanos();
    }

    /** Copies of batches, and what the host does between kernels. */
    double restNanos() {
        return nanos(StepPart.STEP) - kernelNanos - nanos(StepPart.OPTIMIZER) - nanos(StepPart.DATA_WAIT);
    }
}

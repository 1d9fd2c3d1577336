package dev.gatun.cli.profile;

import dev.gatun.cli.terminal.Output;
import dev.gatun.cli.terminal.TextTable;
import dev.gatun.io.RunFolder;
import dev.gatun.io.RunFolderException;
import dev.gatun.train.profile.KernelCost;
import dev.gatun.train.profile.Peak;
import dev.gatun.train.profile.StepCosts;
import dev.gatun.train.profile.Trace;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What {@code profile} says of a run.
 *
 * @param top the most kernels to list
 */
record ProfileReport(RunFolder run, StepCosts costs, Peak peak, int top) {
    private static final double NANOS_PER_MILLI = 1e6;

    static ProfileReport of(Trace trace, RunFolder run, int top) {
        try {
            return new ProfileReport(run, StepCosts.of(trace), trace.peak(), top);
        } catch (IllegalArgumentException e) {
            throw new RunFolderException(run.traceFile() + ": " + e.getMessage() + "; record the profile again", e);
        }
    }

    private List<KernelCost> listed() {
        return costs.kernels().subList(0, Math.min(top, costs.kernels().size()));
    }

    private double share(double nanos) {
        return nanos / Math.max(1, costs.stepNanos());
    }

    void print(Output output) {
        output.fact("profile", run.traceFile() + ": " + costs.steps() + " steps, " + costs.kernels().size()
                + " kernels, of which " + listed().size() + " are listed");
        TextTable kernels = new TextTable(
                "stage", "layer", "operation", "implementation", ">ms", ">of step", ">GFLOP/s", ">GB/s", ">of peak");
        for (KernelCost kernel : listed()) {
            kernels.row(kernel.stage(), kernel.layer(), kernel.operation(), kernel.implementation(),
                    millis(kernel.nanos()), percent(share(kernel.nanos())),
                    kernel.flops() == 0 ? "" : String.format(Locale.ROOT, "%.1f", kernel.gigaflopsPerSecond()),
                    String.format(Locale.ROOT, "%.1f", kernel.gigabytesPerSecond()),
                    String.format(Locale.ROOT, "%.0f %% of %s", 100 * kernel.peakShare(), word(kernel.yardstick())));
        }
        kernels.lines().forEach(output.out()::println);
        output.out().println();
        TextTable step = new TextTable("a step", ">ms", ">of step");
        row(step, "kernels", costs.kernelNanos());
        row(step, "optimizer", costs.optimizerNanos());
        row(step, "waiting for data", costs.dataWaitNanos());
        row(step, "rest", costs.restNanos());
        row(step, "all", costs.stepNanos());
        step.lines().forEach(output.out()::println);
        if (costs.checkpoints() > 0) {
            output.out().println();
            output.fact("saving", millis(costs.checkpointNanos()) + " ms for a checkpoint, between steps; recorded: "
                    + costs.checkpoints());
        }
    }

    private void row(TextTable table, String what, double nanos) {
        table.row(what, millis(nanos), percent(share(nanos)));
    }

    private static String word(Peak.Yardstick yardstick) {
        return yardstick.name().toLowerCase(Locale.ROOT);
    }

    private static String millis(double nanos) {
        return String.format(Locale.ROOT, "%.3f", nanos / NANOS_PER_MILLI);
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }

    Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("run", run.path().toString());
        json.put("steps", costs.steps());
        json.put("step_ms", costs.stepNanos() / NANOS_PER_MILLI);
        json.put("kernels_ms", costs.kernelNanos() / NANOS_PER_MILLI);
        json.put("optimizer_ms", costs.optimizerNanos() / NANOS_PER_MILLI);
        json.put("data_wait_ms", costs.dataWaitNanos() / NANOS_PER_MILLI);
        json.put("rest_ms", costs.restNanos() / NANOS_PER_MILLI);
        json.put("checkpoints", costs.checkpoints());
        json.put("checkpoint_ms", costs.checkpointNanos() / NANOS_PER_MILLI);
        json.put("peak_product_gflops", peak.productGflops());
        List<Object> kernels = new ArrayList<>();
        listed().forEach(kernel -> kernels.add(toJson(kernel)));
        json.put("kernels", kernels);
        return json;
    }

    private Map<String, Object> toJson(KernelCost kernel) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("stage", kernel.stage());
        json.put("layer", kernel.layer());
        json.put("operation", kernel.operation());
        json.put("implementation", kernel.implementation());
        json.put("runs", kernel.runs());
        json.put("ms", kernel.nanos() / NANOS_PER_MILLI);
        json.put("step_share", share(kernel.nanos()));
        json.put("gflops", kernel.gigaflopsPerSecond());
        json.put("gigabytes_per_second", kernel.gigabytesPerSecond());
        json.put("peak_share", kernel.peakShare());
        json.put("peak_of", word(kernel.yardstick()));
        return json;
    }
}

package dev.gatun.cli.report;

import dev.gatun.chart.Numbers;
import dev.gatun.chart.Page;
import dev.gatun.chart.Page.Cell;
import dev.gatun.train.profile.KernelCost;
import dev.gatun.train.profile.StepCosts;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * What a report says of the time of a step.
 *
 * @param costs what a profile recorded
 */
record ProfileSection(StepCosts costs) {
    private static final int TOP = 15;

    void addTo(Page page) {
        page.heading("Where the time of a step goes").paragraph("Medians of " + costs.steps() + " recorded steps.")
                .table(List.of("a step", "ms", "of the step"), Stream.of(
                row("kernels", costs.kernelNanos()), row("optimizer", costs.optimizerNanos()),
                row("waiting for data", costs.dataWaitNanos()), row("rest", costs.restNanos()),
                row("all", costs.stepNanos())).toList())
                .part("The most expensive kernels").table(List.of("layer", "stage", "operation", "implementation", "ms",
                "of the step", "GFLOP/s"), costs.kernels().stream().limit(TOP).map(this::row).toList());
    }

    private List<Cell> row(String what, double nanos) {
        return List.of(Cell.of(what), Cell.of(String.format(Locale.ROOT, "%.3f", nanos / 1e6)), share(nanos));
    }

    private Cell share(double nanos) {
        double share = nanos / Math.max(1, costs.stepNanos());
        return new Cell(Numbers.percent(share), Math.min(1, share));
    }

    private List<Cell> row(KernelCost kernel) {
        return List.of(Cell.of(kernel.layer()), Cell.of(kernel.stage()), Cell.of(kernel.operation()),
                Cell.of(kernel.implementation()), Cell.of(String.format(Locale.ROOT, "%.3f", kernel.nanos() / 1e6)),
                share(kernel.nanos()),
                Cell.of(kernel.flops() == 0 ? "" : Numbers.text(kernel.gigaflopsPerSecond())));
    }
}

package dev.gatun.cli.train;

import dev.gatun.cli.terminal.TextTable;
import dev.gatun.engine.KernelReport;
import dev.gatun.engine.Program;
import dev.gatun.memory.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Which kernels a training step runs, what they cost, and where tensors only change their order. */
final class ExplainTable {
    private ExplainTable() {}

    static List<String> lines(Program program) {
        TextTable table =
                new TextTable("stage", "layer", "operation", "implementation", "inputs", "outputs", ">bytes", ">flops");
        List<KernelReport> kernels = program.explain();
        long bytes = 0;
        long flops = 0;
        long reorders = 0;
        for (KernelReport kernel : kernels) {
            table.row(kernel.stage(), kernel.layer(), (kernel.isReorder() ? "* " : "") + kernel.operation(),
                    kernel.implementation(), kernel.inputs(), kernel.outputs(), Bytes.format(kernel.bytes()),
                    count(kernel.flops()));
            bytes += kernel.bytes();
            flops += kernel.flops();
            reorders += kernel.isReorder() ? 1 : 0;
        }
        Program.MemoryUse memory = program.memoryUse();
        List<String> lines = new ArrayList<>(table.lines());
        lines.add("");
        lines.add("a step   " + kernels.size() + " kernels, of them " + reorders + " reorders (marked *), "
                + Bytes.format(bytes) + " moved, " + count(flops) + " flops, optimizer left out");
        lines.add("memory   activations " + Bytes.format(memory.activationBytes()) + " (at least "
                + Bytes.format(memory.peakBytes()) + " are needed), workspace "
                + Bytes.format(memory.workspaceBytes()));
        return lines;
    }

    private static String count(long value) {
        return value < 1_000_000 ? String.format(Locale.ROOT, "%.1f k", value / 1e3)
                : value < 1_000_000_000 ? String.format(Locale.ROOT, "%.1f M", value / 1e6)
                : String.format(Locale.ROOT, "%.2f G", value / 1e9);
    }
}

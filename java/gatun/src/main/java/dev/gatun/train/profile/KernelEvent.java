package dev.gatun.train.profile;

import dev.gatun.engine.KernelReport;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** The event of a kernel: what its {@link KernelReport} says. */
@Name("dev.gatun.Kernel")
@Label("Kernel")
@Description("One kernel of a training step")
@Category("Gatun")
@StackTrace(false)
final class KernelEvent extends Event {
    @Label("Step")
    @Description("Number of the step, from 1")
    final long step;

    @Label("Stage")
    final String stage;

    @Label("Layer")
    final String layer;

    @Label("Operation")
    final String operation;

    @Label("Implementation")
    final String implementation;

    @Label("Bytes")
    @Description("Bytes read and written at least once")
    @DataAmount
    final long bytes;

    @Label("Flops")
    @Description("Floating-point operations")
    final long flops;

    KernelEvent(long step, KernelReport kernel) {
        this.step = step;
        stage = kernel.stage();
        layer = kernel.layer();
        operation = kernel.operation();
        implementation = kernel.implementation();
        bytes = kernel.bytes();
        flops = kernel.flops();
    }
}

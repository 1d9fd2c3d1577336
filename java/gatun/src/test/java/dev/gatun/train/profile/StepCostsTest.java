package dev.gatun.train.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gatun.engine.KernelReport;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Sums of traces that are small enough to be added by hand. */
class StepCostsTest {
    private static final Peak PEAK = new Peak(50, List.of(new Peak.Stream(100, 2), new Peak.Stream(10_000, 4)));

    private static TraceEvent kernel(String layer, String inputs, long bytes, long flops, long step, long nanos) {
        return new TraceEvent.Kernel(
                new KernelReport("forward", layer, "op", "fast", inputs, "", bytes, flops), step,
                new TimeSpan(0, nanos, "main"));
    }

    private static TraceEvent part(StepPart part, long step, long nanos) {
        return new TraceEvent.Part(part, step, new TimeSpan(0, nanos, "main"));
    }

    @Test
    void stepsHaveMediansAndKernelsOfAllShapesOneLine() {
        StepCosts costs = StepCosts.of(new Trace(PEAK, List.of(
                kernel("a", "whole", 90, 0, 1, 30), kernel("b", "whole", 10, 1000, 1, 100),
                part(StepPart.DATA_WAIT, 1, 7), part(StepPart.OPTIMIZER, 1, 40), part(StepPart.STEP, 1, 500),
                part(StepPart.CHECKPOINT, 1, 90),
                kernel("a", "last", 30, 0, 2, 20), kernel("b", "last", 10, 1000, 2, 60),
                part(StepPart.DATA_WAIT, 2, 3), part(StepPart.OPTIMIZER, 2, 20), part(StepPart.STEP, 2, 300))));
        assertThat(costs.steps()).isEqualTo(2);
        assertThat(costs.stepNanos()).isEqualTo(400);
        assertThat(costs.kernelNanos()).isEqualTo(105);
        assertThat(costs.optimizerNanos()).isEqualTo(30);
        assertThat(costs.dataWaitNanos()).isEqualTo(5);
        assertThat(costs.restNanos()).isEqualTo(260);
        assertThat(costs.checkpoints()).isEqualTo(1);
        assertThat(costs.checkpointNanos()).isEqualTo(90);
        assertThat(costs.kernels()).extracting(KernelCost::layer).as("the most expensive first")
                .containsExactly("b", "a");
        KernelCost b = costs.kernels().getFirst();
        assertThat(b.runs()).as("of 1 and 1").isEqualTo(1);
        assertThat(b.nanos()).isEqualTo(80);
        assertThat(b.gigaflopsPerSecond()).isEqualTo(12.5);
        assertThat(b.yardstick()).isEqualTo(Peak.Yardstick.PRODUCT);
        assertThat(b.peakShare()).isEqualTo(0.25);
        KernelCost a = costs.kernels().getLast();
        assertThat(a.gigabytesPerSecond()).isEqualTo(2.4);
        assertThat(a.yardstick()).isEqualTo(Peak.Yardstick.STREAM);
        assertThat(a.peakShare()).as("of the pass over 100 bytes").isCloseTo(1.2, within(1e-12));
    }

    @Test
    void aStepThatWasDisturbedMovesNothing() {
        StepCosts costs = StepCosts.of(new Trace(PEAK, List.of(
                kernel("a", "", 90, 0, 1, 10), kernel("a", "", 90, 0, 1, 20), part(StepPart.STEP, 1, 40),
                kernel("a", "", 90, 0, 2, 10), kernel("a", "", 90, 0, 2, 9000), part(StepPart.STEP, 2, 9900),
                kernel("a", "", 90, 0, 3, 13), kernel("a", "", 90, 0, 3, 20), part(StepPart.STEP, 3, 45),
                kernel("a", "", 90, 0, 4, 1))));
        assertThat(costs.steps()).as("the fourth was not recorded to its end").isEqualTo(3);
        assertThat(costs.stepNanos()).isEqualTo(45);
        assertThat(costs.kernelNanos()).isEqualTo(33);
        assertThat(costs.restNanos()).isEqualTo(12);
        assertThat(costs.kernels()).singleElement().satisfies(kernel -> {
            assertThat(kernel.runs()).as("runs of a step").isEqualTo(2);
            assertThat(kernel.nanos()).isEqualTo(33);
            assertThat(kernel.gigabytesPerSecond()).isEqualTo(180 / 33.0);
            assertThat(kernel.peakShare()).as("of the pass over 100 bytes").isEqualTo(90 / 16.5 / 2);
        });
    }

    @Test
    void aKernelIsComparedWithThePassOfTheNearestSize() {
        assertThat(PEAK.share(0, 50, 10)).isEqualTo(2.5);
        assertThat(PEAK.share(0, 5_000, 1_000)).isEqualTo(1.25);
        assertThat(PEAK.yardstick(120, 10)).isEqualTo(Peak.Yardstick.STREAM);
        assertThat(PEAK.yardstick(121, 10)).isEqualTo(Peak.Yardstick.PRODUCT);
    }

    @Test
    void aTraceWithoutAStepHasNoMean() {
        assertThatThrownBy(() -> StepCosts.of(new Trace(PEAK, List.of(kernel("a", "", 1, 0, 1, 1)))))
                .isInstanceOf(IllegalArgumentException.class).hasMessage("no step was recorded");
    }
}

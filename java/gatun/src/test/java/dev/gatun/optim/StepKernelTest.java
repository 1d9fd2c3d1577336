package dev.gatun.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gatun.backend.Backends;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.backend.Event;
import dev.gatun.backend.OnEachDevice;
import dev.gatun.backend.Transfers;
import dev.gatun.memory.Buffer;
import dev.gatun.memory.Closing;
import dev.gatun.memory.NoLeaks;
import dev.gatun.memory.Role;
import dev.gatun.update.Clipping;
import dev.gatun.update.ElementRange;
import dev.gatun.update.kernel.LossScaleRule;
import dev.gatun.update.kernel.Sharpness;
import dev.gatun.update.kernel.StepBlock;
import dev.gatun.update.kernel.StepKernel;
import dev.gatun.update.rule.SgdHyperparameters;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;

/** Steps that the device decides, submitted by a host that looks at their results later or never. */
@ParameterizedClass
@OnEachDevice
@ExtendWith(NoLeaks.class)
class StepKernelTest {
    private static final SgdHyperparameters SGD = SgdHyperparameters.DEFAULTS.withLearningRate(0.5);
    private static final float NAN = Float.NaN;

    @Parameter
    private String backend = "";

    private final List<AutoCloseable> owned = new ArrayList<>();

    @AfterEach
    void close() {
        Closing.inReverse(owned);
    }

    private <T extends AutoCloseable> T own(T resource) {
        owned.add(resource);
        return resource;
    }

    /** Two weights with their gradients, and what a program would have beside them. */
    private final class Run {
        private final Device device = own(Backends.open(backend, DeviceOptions.defaults().withThreads(1)));
        private final Buffer weights = buffer(1, 2);
        private final Buffer gradients = buffer(0, 0);
        private final Buffer loss = buffer(0);
        private final Optimizer optimizer;
        private final StepKernel steps;
        private final StepBlock block = StepBlock.onHost();

        Run(OptimizerOptions options) {
            optimizer = own(new Optimizer(device, weights, gradients, List.of(SGD), List.of(new ElementRange(0, 2, 0)),
                    options));
            steps = optimizer.control();
        }

        private Buffer buffer(float... values) {
            Buffer buffer = own(device.allocate(Role.WORKSPACE, "test", (long) values.length * Float.BYTES));
            Transfers.write(device, buffer, values);
            return buffer;
        }

        /** A step whose backward pass leaves these gradients, times the loss scale. Waits for nothing. */
        void submit(float stepLoss, float first, float second) {
            steps.begin();
            device.write(loss, stepLoss);
            steps.observe(loss);
            device.write(gradients.slice(0, Float.BYTES), first);
            device.write(gradients.slice(Float.BYTES, Float.BYTES), second);
            optimizer.submit(1);
        }

        StepBlock results() {
            steps.report(block.bytes());
            device.stream().synchronize();
            return block;
        }

        float[] weights() {
            return Transfers.floats(device, weights);
        }
    }

    @Test
    void resultsAreReadSomeStepsLate() {
        Run run = new Run(OptimizerOptions.NONE);
        int depth = run.device.stream().depth();
        StepBlock[] blocks = new StepBlock[depth + 1];
        Event[] events = new Event[depth + 1];
        for (int i = 0; i <= depth; i++) {
            blocks[i] = StepBlock.onHost();
            events[i] = run.device.stream().newEvent();
        }
        List<Double> losses = new ArrayList<>();
        for (int step = 0; step < 10 + depth; step++) {
            int slot = step % (depth + 1);
            if (step < 10) {
                run.submit(step, 1, 0);
                run.steps.report(blocks[slot].bytes());
                run.device.stream().record(events[slot]);
            }
            if (step >= depth) {
                int late = (step - depth) % (depth + 1);
                events[late].await();
                assertThat(blocks[late].steps()).isEqualTo(step - depth + 1);
                losses.add(blocks[late].lossSum());
            }
        }
        assertThat(losses).containsExactly(0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0);
        assertThat(run.weights()).containsExactly(1 - 10 * 0.5f, 2);
    }

    @Test
    void theClipCoefficientFollowsFromTheGradientsThere() {
        Run run = new Run(OptimizerOptions.NONE.withClipping(new Clipping.GlobalNorm(1)));
        run.submit(1, 3, 4);
        run.submit(1, 0.3f, 0.4f);
        assertThat(run.results().norm()).isCloseTo(0.5, within(1e-7));
        assertThat(run.weights()).containsExactly(
                new float[] {1 - 0.3f - 0.15f, 2 - 0.4f - 0.2f}, within(1e-6f));
    }

    @Test
    void aLossThatIsNotFiniteChangesNothingFromThereOn() {
        Run run = new Run(OptimizerOptions.NONE);
        Buffer buffers = run.buffer(10);
        Buffer saved = run.buffer(0);
        Buffer input = run.buffer(0);
        Buffer kept = run.buffer(-1);
        float[] losses = {1, 2, NAN, 4, NAN, 6};
        for (int step = 0; step < losses.length; step++) {
            run.device.write(input, step);
            run.device.copy(buffers, saved);
            run.submit(losses[step], 1, 1);
            run.steps.keepWhereHalted(input, kept);
            run.device.write(buffers, 11 + step); // as running statistics move
            run.steps.restoreWhereHalted(saved, buffers);
        }
        StepBlock block = run.results();
        assertThat(block.halted()).isEqualTo(StepBlock.Halt.LOSS);
        assertThat(block.haltedAt()).isEqualTo(3);
        assertThat(block.loss()).isNaN();
        assertThat(block.steps()).isEqualTo(2);
        assertThat(block.skipped()).isTrue();
        assertThat(run.weights()).containsExactly(0, 1);
        assertThat(Transfers.floats(run.device, buffers)).as("as after the second step").containsExactly(12);
        assertThat(Transfers.floats(run.device, kept)).as("the input of the third step").containsExactly(2);
        run.steps.resume();
        run.submit(7, 1, 1);
        assertThat(run.results().halted()).isEqualTo(StepBlock.Halt.NONE);
        assertThat(block.steps()).isEqualTo(3);
        assertThat(run.weights()).containsExactly(-0.5f, 0.5f);
    }

    /** As {@link LossScaleRule} counts, which is held against PyTorch's figures. */
    @Test
    void theLossScaleFollowsFromTheGradientsThere() {
        LossScaling scaling = LossScaling.DYNAMIC.withInitial(8).withInterval(2);
        Run run = new Run(OptimizerOptions.NONE.withLossScaling(scaling));
        LossScaleRule rule = scaling.rule();
        StepBlock expected = StepBlock.onHost();
        expected.setScale(rule.initial(), 0, 0);
        Buffer lossScale = run.buffer(0);
        boolean[] finite = {true, true, true, false, false, true};
        float weight = 1;
        for (boolean good : finite) {
            weight -= good ? 0.5f * 8 / expected.scale() : 0;
            run.submit(1, good ? 8 : Float.POSITIVE_INFINITY, 0);
            rule.apply(expected, good);
        }
        run.steps.copyScale(lossScale, 0.5);
        StepBlock block = run.results();
        assertThat(block.scale()).isEqualTo(expected.scale()).isNotEqualTo(8);
        assertThat(block.finiteInARow()).isEqualTo(expected.finiteInARow());
        assertThat(block.skippedInARow()).isEqualTo(expected.skippedInARow());
        assertThat(block.steps()).isEqualTo(4);
        assertThat(Transfers.floats(run.device, lossScale)).containsExactly(expected.scale() / 2);
        assertThat(run.weights()).containsExactly(weight, 2);
    }

    @Test
    void tooManySkippedStepsAreTheLast() {
        Run run = new Run(OptimizerOptions.NONE.withLossScaling(new LossScaling.Fixed(1, 2)));
        for (int step = 0; step < 3; step++) {
            run.submit(1, 1, Float.NEGATIVE_INFINITY);
        }
        run.submit(1, 1, 1);
        StepBlock block = run.results();
        assertThat(block.halted()).isEqualTo(StepBlock.Halt.GRADIENTS);
        assertThat(block.haltedAt()).isEqualTo(3);
        assertThat(block.firstNonFinite()).isEqualTo(1);
        assertThat(run.weights()).as("a good step behind it, too").containsExactly(1, 2);
    }

    @Test
    void lookAheadCountsStepsThatWereTaken() {
        Run run = new Run(OptimizerOptions.NONE.withLossScaling(new LossScaling.Fixed(1, 100)));
        Buffer slow = run.buffer(7, 7);
        for (boolean good : new boolean[] {false, true, false, true}) {
            run.steps.copyBeforeFirst(run.weights, slow);
            run.submit(1, good ? 2 : NAN, 0);
            run.steps.lookAhead(2, 0.5, run.weights, slow);
        }
        assertThat(run.weights()).as("half way back to where it began").containsExactly(0, 2);
        assertThat(Transfers.floats(run.device, slow)).containsExactly(0, 2);
    }

    /** The gradient is (3, 4): the way up of length 5 is (3, 4) again. */
    @Test
    void theWayUpTheSlopeFollowsFromTheGradientsThere() {
        Run run = new Run(OptimizerOptions.NONE.withLossScaling(new LossScaling.Fixed(4)));
        SharpnessAscent ascent = own(new SharpnessAscent(
                run.device, run.weights, run.gradients, new SharpnessAware(5, Sharpness.PLAIN)));
        Buffer above = run.buffer(0, 0);
        Transfers.write(run.device, run.gradients, 12, 16); // times the loss scale
        ascent.perturb(run.steps, 1);
        run.device.copy(run.weights, above);
        ascent.restore(run.steps);
        assertThat(Transfers.floats(run.device, above)).containsExactly(new float[] {4, 6}, within(1e-6f));
        assertThat(run.weights()).containsExactly(1, 2);
        Transfers.write(run.device, run.weights, 7, 8);
        ascent.restore(run.steps);
        assertThat(run.weights()).as("nothing to restore twice").containsExactly(7, 8);
        Transfers.write(run.device, run.gradients, 12, Float.POSITIVE_INFINITY);
        ascent.perturb(run.steps, 1);
        run.device.copy(run.weights, above);
        ascent.restore(run.steps);
        assertThat(Transfers.floats(run.device, above)).as("where a gradient is not finite").containsExactly(7, 8);
        assertThat(run.weights()).containsExactly(7, 8);
        run.submit(NAN, 3, 4);
        ascent.perturb(run.steps, 1);
        assertThat(run.weights()).as("where the steps are halted").containsExactly(7, 8);
    }

    @Test
    void theScaleOfAStepIsReportedBesideThatOfTheNext() {
        Run run = new Run(OptimizerOptions.NONE.withLossScaling(LossScaling.DYNAMIC.withInitial(8)));
        run.submit(1, 1, Float.NaN);
        assertThat(run.results().usedScale()).isEqualTo(8);
        assertThat(run.results().scale()).isEqualTo(4);
        run.submit(1, 1, 1);
        assertThat(run.results().usedScale()).isEqualTo(4);
    }
}

package dev.gatun.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.gatun.backend.Device;
import dev.gatun.backend.HostDevice;
import dev.gatun.backend.OnEachDevice;
import dev.gatun.backend.TestDevices;
import dev.gatun.backend.Transfers;
import dev.gatun.memory.Buffer;
import dev.gatun.memory.HostBuffer;
import dev.gatun.memory.NoLeaks;
import dev.gatun.memory.Role;
import dev.gatun.update.ElementRange;
import dev.gatun.update.Hyperparameters;
import dev.gatun.update.rule.AdamHyperparameters;
import dev.gatun.update.rule.SgdHyperparameters;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An optimizer from outside: groups and ranges, states, refusals. */
@ParameterizedClass
@OnEachDevice
@ExtendWith(NoLeaks.class)
class OptimizerTest {
    private static final SgdHyperparameters SGD = SgdHyperparameters.DEFAULTS.withLearningRate(1);

    private final Device device;
    private final Buffer slab;

    OptimizerTest(String backend) {
        device = TestDevices.open(backend);
        slab = device.allocate(Role.PARAMETERS, "test", 1024);
        device.zero(slab);
    }

    @AfterEach
    void close() {
        slab.close();
        device.close();
    }

    private Buffer parameters(long elements) {
        return slab.slice(0, elements * Float.BYTES);
    }

    private Buffer gradients(long elements) {
        return slab.slice(512, elements * Float.BYTES);
    }

    private Optimizer optimizer(long elements, List<? extends Hyperparameters> groups, ElementRange... ranges) {
        return new Optimizer(device, parameters(elements), gradients(elements), groups, List.of(ranges));
    }

    private void setGradients(double... values) {
        Vectors.set(device, gradients(values.length), values);
    }

    private float[] values(long elements) {
        return Transfers.floats(device, parameters(elements));
    }

    @Test
    void eachRangeFollowsItsGroupAndTheRestStays() {
        try (Optimizer optimizer = optimizer(40, List.of(SGD, SGD.withLearningRate(10)),
                new ElementRange(0, 3, 1), new ElementRange(5, 37, 0))) {
            double[] ones = new double[40];
            Arrays.fill(ones, 1);
            setGradients(ones);
            optimizer.step();
            float[] values = values(40);
            for (int i = 0; i < 40; i++) {
                assertThat(values[i]).as("element %s", i).isEqualTo(i < 3 ? -10 : i >= 5 && i < 37 ? -1 : 0);
            }
        }
    }

    @Test
    void theGradientScaleComesFirst() {
        try (Optimizer optimizer = optimizer(1, List.of(SGD), new ElementRange(0, 1, 0))) {
            setGradients(8);
            optimizer.step(0.25);
            assertThat(values(1)).containsExactly(-2);
        }
    }

    @Test
    void theLearningRateChangesInPlaceForAllGroups() {
        try (Optimizer optimizer = optimizer(2, List.of(SGD, SGD.withWeightDecay(0.5)),
                new ElementRange(0, 1, 0), new ElementRange(1, 2, 1))) {
            setGradients(1, 1);
            optimizer.setLearningRate(0.5);
            optimizer.step();
            assertThat(values(2)).containsExactly(-0.5f, -0.5f);
            assertThat(optimizer.hyperparameters(1)).isEqualTo(SGD.withWeightDecay(0.5).withLearningRate(0.5));
            optimizer.set(1, SGD.withLearningRate(2));
            optimizer.step();
            assertThat(values(2)).containsExactly(-1f, -2.5f);
            assertThat(optimizer.groups()).isEqualTo(2);
        }
    }

    @Test
    void statesAreZeroedSlabsInTheRulesOrder() {
        try (Optimizer optimizer = optimizer(6, List.of(AdamHyperparameters.ADAM), new ElementRange(0, 6, 0))) {
            assertThat(optimizer.states().keySet()).containsExactlyElementsOf(AdamHyperparameters.ADAM.stateNames());
            assertThat(optimizer.states().values()).allSatisfy(state -> {
                assertThat(state.role()).isEqualTo(Role.OPTIMIZER_STATE);
                assertThat(Transfers.floats(device, state)).containsOnly(0).hasSize(6);
            });
            assertThatThrownBy(() -> optimizer.states().clear()).isInstanceOf(UnsupportedOperationException.class);
        }
        try (Optimizer optimizer = optimizer(6, List.of(SGD), new ElementRange(0, 6, 0))) {
            assertThat(optimizer.states()).as("without momentum there is nothing to remember").isEmpty();
        }
    }

    @Test
    void stepsContinueAfterAResume() {
        try (Optimizer optimizer = optimizer(1, List.of(SGD.withMomentum(0.5).withDampening(0.5)),
                new ElementRange(0, 1, 0))) {
            optimizer.setSteps(7); // not the first step: dampening counts
            setGradients(1);
            optimizer.step();
            assertThat(values(1)).containsExactly(-0.5f);
            assertThat(optimizer.steps()).isEqualTo(8);
            assertThatThrownBy(() -> optimizer.setSteps(-1)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void momentumCannotBeSwitchedOnWithoutMemoryForIt() {
        try (Optimizer optimizer = optimizer(1, List.of(SGD), new ElementRange(0, 1, 0))) {
            assertThatThrownBy(() -> optimizer.set(0, SGD.withMomentum(0.9)))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("momentum_buffer");
            assertThat(optimizer.hyperparameters(0)).isEqualTo(SGD);
            optimizer.step();
        }
    }

    @Test
    void aRuleCannotBecomeAnother() {
        try (Optimizer optimizer = optimizer(1, List.of(SGD), new ElementRange(0, 1, 0))) {
            assertThatThrownBy(() -> optimizer.set(0, AdamHyperparameters.ADAM))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> optimizer.set(1, SGD)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> optimizer(1, List.of())).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least one group");
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, -1})
    void aLearningRateThatIsNoneIsRefused(double rate) {
        try (Optimizer optimizer = optimizer(1, List.of(SGD), new ElementRange(0, 1, 0))) {
            assertThatThrownBy(() -> optimizer.setLearningRate(rate)).isInstanceOf(IllegalArgumentException.class);
            assertThat(optimizer.hyperparameters(0).learningRate()).isEqualTo(1);
        }
    }

    @Test
    void rangesThatDoNotFitAreRefusedAtOnce() {
        List<List<ElementRange>> wrong = List.of(
                List.of(new ElementRange(0, 5, 0)), List.of(new ElementRange(-1, 2, 0)),
                List.of(new ElementRange(3, 2, 0)),
                List.of(new ElementRange(0, 4, 1)), List.of(new ElementRange(0, 4, -1)),
                List.of(new ElementRange(0, 3, 0), new ElementRange(2, 4, 0)));
        for (List<ElementRange> ranges : wrong) {
            assertThatThrownBy(() -> optimizer(4, List.of(SGD), ranges.toArray(ElementRange[]::new)).close())
                    .as("%s", ranges).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void memoryThatNativeCodeCannotUseIsRefusedBeforeTheCall() {
        assumeThat(device).isInstanceOf(HostDevice.class);
        ElementRange all = new ElementRange(0, 4, 0);
        MemorySegment good = HostBuffer.of(parameters(4)).segment();
        for (MemorySegment bad : List.of(MemorySegment.ofArray(new float[4]), good.asReadOnly(),
                HostBuffer.of(slab.slice(2, 16)).segment())) {
            assertThatThrownBy(() -> new Optimizer(device, Transfers.borrowed(bad), gradients(4), List.of(SGD),
                    List.of(all)).close())
                    .as("%s", bad).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("parameters");
        }
        for (MemorySegment bad : List.of(MemorySegment.ofArray(new float[4]),
                HostBuffer.of(slab.slice(514, 16)).segment())) {
            assertThatThrownBy(() -> new Optimizer(device, parameters(4), Transfers.borrowed(bad), List.of(SGD),
                    List.of(all)).close())
                    .as("%s", bad).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("gradients");
        }
        MemorySegment read = HostBuffer.of(gradients(4)).segment().asReadOnly();
        new Optimizer(device, parameters(4), Transfers.borrowed(read), List.of(SGD), List.of(all)).close();
    }

    @Test
    void hostMemoryIsNoMemoryOfADeviceThatComputesElsewhere() {
        assumeThat(device).isNotInstanceOf(HostDevice.class);
        try (Arena arena = Arena.ofConfined()) {
            assertThatThrownBy(() -> new Optimizer(device, Transfers.borrowed(arena.allocate(16, 64)), gradients(4),
                    List.of(SGD), List.of(new ElementRange(0, 4, 0))).close())
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void parametersAndGradientsOfTwoSizesAreRefused() {
        ElementRange all = new ElementRange(0, 4, 0);
        assertThatThrownBy(() -> new Optimizer(device, parameters(4), gradients(3), List.of(SGD), List.of(all)).close())
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("16 bytes")
                .hasMessageContaining("12 bytes");
    }

    @Test
    void closedOptimizersAndMemoryAreRefused() {
        Optimizer optimizer = optimizer(1, List.of(AdamHyperparameters.ADAM), new ElementRange(0, 1, 0));
        optimizer.close();
        optimizer.close();
        assertThatThrownBy(optimizer::step).isInstanceOf(IllegalStateException.class).hasMessageContaining("closed");
        assertThatThrownBy(() -> optimizer.setLearningRate(1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> optimizer.setSteps(1)).isInstanceOf(IllegalStateException.class);
        try (Optimizer other = optimizer(1, List.of(SGD), new ElementRange(0, 1, 0))) {
            slab.close();
            assertThatThrownBy(other::step).isInstanceOf(IllegalStateException.class);
            assertThat(other.steps()).isZero();
        }
    }

    @Test
    void anotherThreadIsRefused() throws InterruptedException {
        try (Optimizer optimizer = optimizer(1, List.of(SGD), new ElementRange(0, 1, 0))) {
            for (Runnable call : List.<Runnable>of(optimizer::step, () -> optimizer.setLearningRate(1),
                    () -> optimizer.setSteps(1),
                    optimizer::close)) {
                AtomicReference<Throwable> thrown = new AtomicReference<>();
                Thread.ofPlatform().name("stranger").start(() -> {
                    try {
                        call.run();
                    } catch (IllegalStateException e) {
                        thrown.set(e);
                    }
                }).join();
                assertThat(thrown.get()).hasMessageContaining("not to \"stranger\"");
            }
            optimizer.step();
        }
    }
}

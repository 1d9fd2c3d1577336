package dev.gatun.optim;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatun.backend.Backends;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.backend.TestDevices;
import dev.gatun.backend.Transfers;
import dev.gatun.memory.NoLeaks;
import dev.gatun.update.ElementRange;
import dev.gatun.update.Hyperparameters;
import dev.gatun.update.StateStorage;
import dev.gatun.update.kernel.UpdateClaim;
import dev.gatun.update.kernel.UpdateRequest;
import dev.gatun.update.rule.AdamHyperparameters;
import dev.gatun.update.rule.LionHyperparameters;
import dev.gatun.update.rule.SgdHyperparameters;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The caller's memory under several rules: each needs its own, and a step moves what all of them govern or nothing. */
@ExtendWith(NoLeaks.class)
class MemoryOfSeveralRulesTest {
    private static final SgdHyperparameters SGD = SgdHyperparameters.DEFAULTS.withLearningRate(1).withMomentum(0.5);
    private static final List<Hyperparameters> RULES = List.of(SGD, AdamHyperparameters.ADAMW);
    private static final List<ElementRange> RANGES = List.of(new ElementRange(0, 8, 0), new ElementRange(8, 20, 1));
    private static final long ELEMENTS = 20;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment parameters = arena.allocate(JAVA_FLOAT, ELEMENTS);
    private final MemorySegment gradients = arena.allocate(JAVA_FLOAT, ELEMENTS);
    private final Map<String, MemorySegment> states = new HashMap<>();

    MemoryOfSeveralRulesTest() {
        gradients.fill((byte) 0x3e);
        states.put("sgd.momentum_buffer", arena.allocate(JAVA_FLOAT, 8));
        states.put("adam.exp_avg", arena.allocate(JAVA_FLOAT, 12));
        states.put("adam.exp_avg_sq", arena.allocate(JAVA_FLOAT, 12));
    }

    @AfterEach
    void close() {
        arena.close();
    }

    private static Device open(String backend) {
        return Backends.open(backend, DeviceOptions.defaults().withThreads(1));
    }

    private Optimizer optimizer(Device device, OptimizerOptions options) {
        return Optimizers.on(device, RULES, RANGES, parameters, gradients, states, options);
    }

    private void nothingMovesIn(Optimizer optimizer, String reason) {
        float[] before = parameters.toArray(JAVA_FLOAT);
        assertThatThrownBy(optimizer::step).isInstanceOf(IllegalStateException.class).hasMessageContaining(reason);
        assertThat(parameters.toArray(JAVA_FLOAT)).containsExactly(before);
        assertThat(optimizer.steps()).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("dev.gatun.backend.TestDevices#inHostMemory")
    void noRuleStepsWhereTheMemoryOfAnotherIsClosed(String backend) {
        Arena lost = Arena.ofConfined();
        states.put("adam.exp_avg_sq", lost.allocate(JAVA_FLOAT, 12));
        try (Device device = open(backend); Optimizer optimizer = optimizer(device, OptimizerOptions.NONE)) {
            assertThat(optimizer.step()).isTrue();
            lost.close();
            nothingMovesIn(optimizer, "adam.exp_avg_sq is closed");
        }
    }

    @ParameterizedTest
    @MethodSource("dev.gatun.backend.TestDevices#inHostMemory")
    void noRuleStepsWhereTheMemoryOfAnotherIsInUse(String backend) throws Exception {
        UpdateClaim running = new UpdateRequest(List.of(SGD), List.of(),
                Transfers.borrowed(arena.allocate(JAVA_FLOAT, 12)), Transfers.borrowed(arena.allocate(JAVA_FLOAT, 12)),
                Map.of("momentum_buffer", Transfers.borrowed(state("adam.exp_avg"))), null).claim();
        try (Device device = open(backend); Optimizer optimizer = optimizer(device, OptimizerOptions.NONE)) {
            assertThat(optimizer.step()).isTrue();
            Thread.ofPlatform().name("other").start(running::begin).join();
            nothingMovesIn(optimizer, "that thread \"other\" is stepping");
            running.end();
            assertThat(optimizer.step()).as("once it is free, and nothing of the refused step holds it").isTrue();
        }
    }

    private MemorySegment state(String name) {
        return Objects.requireNonNull(states.get(name));
    }

    private void refused(OptimizerOptions options) {
        try (Device device = open("cpu")) {
            assertThatThrownBy(() -> optimizer(device, options).close()).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("overlap").hasMessageNotContaining("\n");
        }
    }

    @ParameterizedTest
    @CsvSource({"adam.exp_avg", "adam.exp_avg_sq"})
    void statesOfTwoRulesOverlap(String name) {
        states.put("sgd.momentum_buffer", state(name).asSlice(0, 32));
        refused(OptimizerOptions.NONE);
    }

    /** Beyond the rule's own span, where its own request does not look. */
    @Test
    void aStateOverlapsWhatAnotherRuleGoverns() {
        states.put("sgd.momentum_buffer", parameters.asSlice(32, 32));
        refused(OptimizerOptions.NONE);
        states.put("sgd.momentum_buffer", gradients.asSlice(48, 32));
        refused(OptimizerOptions.NONE);
        MemorySegment average = arena.allocate(JAVA_FLOAT, ELEMENTS);
        states.put(Optimizer.AVERAGE, average);
        states.put("sgd.momentum_buffer", average.asSlice(32, 32));
        refused(OptimizerOptions.NONE.withAverageDecay(0.5));
    }

    /** Lengths and names as the documentation of {@link Optimizers} gives them. */
    @Test
    void statesInEightBitsHaveScalesByTheRulesName() {
        List<Hyperparameters> rules = List.of(AdamHyperparameters.ADAMW, LionHyperparameters.DEFAULTS);
        Map<String, MemorySegment> coded = new HashMap<>();
        for (String name : List.of("adam.exp_avg", "adam.exp_avg_sq", "lion.exp_avg")) {
            coded.put(name, arena.allocate(name.startsWith("adam") ? 8 : 12));
            coded.put(name + ".scales", arena.allocate(JAVA_FLOAT, 1));
        }
        OptimizerOptions options = OptimizerOptions.NONE.withStates(StateStorage.EIGHT_BIT);
        try (Device device = open("cpu");
                Optimizer optimizer = Optimizers.on(device, rules, RANGES, parameters, gradients, coded, options)) {
            assertThat(optimizer.step()).isTrue();
        }
    }
}

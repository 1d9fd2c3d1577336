package dev.gatun.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import dev.gatun.backend.OnEachDevice;
import dev.gatun.backend.TestDevices;
import dev.gatun.memory.NoLeaks;
import dev.gatun.update.Clipping;
import dev.gatun.update.ElementRange;
import dev.gatun.update.Hyperparameters;
import dev.gatun.update.L1;
import dev.gatun.update.Scheduled;
import dev.gatun.update.StateStorage;
import dev.gatun.update.kernel.WeightStorage;
import dev.gatun.update.rule.LionHyperparameters;
import dev.gatun.update.rule.TigerHyperparameters;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every rule. */
@ExtendWith(NoLeaks.class)
class RulesAgainstReferenceTest {
    private static final int ELEMENTS = 3 * 41;
    private static final ElementRange[] RANGES = {new ElementRange(0, 17, 0), new ElementRange(17, 41, 1),
        new ElementRange(45, 82, 2), new ElementRange(82, 113, 0)};
    private static final OptimizerOptions ALL =
            OptimizerOptions.NONE.withClipNorm(2).withClipValue(0.4).withAverageDecay(0.9);

    @ParameterizedTest
    @MethodSource("dev.gatun.optim.RuleCases#all")
    void devicesGoWhereTheReferenceGoes(RuleCases rule) {
        TestDevices.besidesTheOracle().forEach(backend -> goesWhereTheReferenceGoes(backend, rule));
    }

    private static void goesWhereTheReferenceGoes(String backend, RuleCases rule) {
        Random random = new Random(7);
        try (Vectors device = new Vectors(backend, ELEMENTS);
                Vectors reference = new Vectors(TestDevices.ORACLE, ELEMENTS);
                Optimizer fast = device.optimizer(ALL, rule.groups(), RANGES);
                Optimizer exact = reference.optimizer(ALL, rule.groups(), RANGES)) {
            double[] weights = random.doubles(ELEMENTS, -1, 1).toArray();
            device.weights(weights);
            reference.weights(weights);
            for (int step = 0; step < 50; step++) {
                double[] gradients = random.doubles(ELEMENTS, -0.5, 0.5).toArray();
                device.gradients(gradients);
                reference.gradients(gradients);
                assertThat(fast.step()).isTrue();
                assertThat(exact.step()).isTrue();
                assertThat(fast.gradientNorm()).isCloseTo(exact.gradientNorm(), within(1e-12));
            }
            assertThat(device.weights()).as(backend).usingComparatorWithPrecision(2e-5f)
                    .containsExactly(reference.weights());
            assertThat(device.values(fast.state(Optimizer.AVERAGE))).usingComparatorWithPrecision(2e-5f)
                    .containsExactly(reference.values(exact.state(Optimizer.AVERAGE)));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.gatun.optim.RuleCases#all")
    void statesHavePyTorchsNamesAndTheParametersSize(RuleCases rule) {
        for (String backend : TestDevices.all()) {
            try (Vectors vectors = new Vectors(backend, ELEMENTS);
                    Optimizer optimizer = vectors.optimizer(rule.groups(), RANGES)) {
                assertThat(optimizer.states().keySet()).containsExactlyElementsOf(rule.states());
                assertThat(optimizer.states().values())
                        .allSatisfy(state -> assertThat(vectors.values(state)).containsOnly(0).hasSize(ELEMENTS));
            }
        }
    }

    /** As PyTorch's sign and lerp have it: one more step by what is left of the infinity, then none. */
    @ParameterizedTest
    @OnEachDevice
    void rulesOfSignsStopAtAnInfiniteGradient(String backend) {
        Hyperparameters lion = LionHyperparameters.DEFAULTS.withLearningRate(0.125);
        Hyperparameters tiger = TigerHyperparameters.DEFAULTS.withLearningRate(0.125).withWeightDecay(0);
        try (Vectors vectors = new Vectors(backend, 2); Optimizer optimizer = vectors.optimizer(
                List.of(lion, tiger), new ElementRange(0, 1, 0), new ElementRange(1, 2, 1))) {
            vectors.gradients(Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY);
            float[][] weights = {{-0.125f, 0.125f}, {-0.25f, 0.125f}, {-0.25f, 0.125f}, {-0.25f, 0.125f}};
            for (float[] after : weights) {
                optimizer.step();
                assertThat(vectors.weights()).containsExactly(after);
                vectors.gradients(-1, 1);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.gatun.optim.RuleCases#all")
    void zeroStaysZero(RuleCases rule) {
        for (String backend : TestDevices.all()) {
            try (Vectors vectors = new Vectors(backend, ELEMENTS);
                    Optimizer optimizer = vectors.optimizer(ALL, rule.groups(), RANGES)) {
                for (int step = 0; step < 20; step++) {
                    optimizer.step();
                }
                assertThat(vectors.weights()).as(backend).containsOnly(0);
                assertThat(vectors.values(optimizer.state(Optimizer.AVERAGE))).containsOnly(0);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.gatun.optim.RuleCases#all")
    void aStepAllocatesNothing(RuleCases rule) {
        assertThat(leastAllocated(rule, ALL)).isZero();
        assertThat(leastAllocated(rule, ALL.withClipping(new Clipping.Adaptive(0.1))
                .withWeights(WeightStorage.F32_AND_BF16.stochastic(1))))
                .isZero();
        assertThat(leastAllocated(rule, ALL.withClipping(new Clipping.WeightNorm(0.1)))).isZero();
        if (rule.groups().getFirst().hasEightBitStates()) {
            assertThat(leastAllocated(rule, ALL.withClipping(new Clipping.TensorNorm(0.1))
                    .withStates(StateStorage.EIGHT_BIT)))
                    .isZero();
        }
    }

    private static long leastAllocated(RuleCases rule, OptimizerOptions options) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (Vectors vectors = new Vectors(TestDevices.COUNTED, ELEMENTS);
                Optimizer optimizer = vectors.optimizer(options, rule.groups(), RANGES)) {
            long least = Long.MAX_VALUE;
            for (int round = 0; round < 60 && least > 0; round++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int step = 0; step < 200; step++) {
                    optimizer.setLearningRate(1e-3 * (1 + step % 2));
                    optimizer.step();
                }
                least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
            }
            return least;
        }
    }

    @ParameterizedTest
    @MethodSource("dev.gatun.optim.RuleCases#all")
    void numbersChangeOnePartAtATime(RuleCases rule) {
        rule.groups().forEach(group -> {
            assertThat(group.with(Scheduled.LEARNING_RATE, 0.5).learningRate()).isEqualTo(0.5);
            assertThat(group.with(Scheduled.LEARNING_RATE, 0.5).with(Scheduled.LEARNING_RATE, group.learningRate()))
                    .isEqualTo(group);
            if (group.hasWeightDecay()) {
                assertThat(group.with(Scheduled.WEIGHT_DECAY, group.weightDecay())).isEqualTo(group);
            }
            assertThat(group.withoutDecay().weightDecay()).isZero();
            assertThat(group.withoutDecay().l1()).isZero();
            if (group.hasL1()) {
                Hyperparameters sparse = group.with(L1.PROXIMAL, 0.25);
                assertThat(sparse.l1()).isEqualTo(0.25);
                assertThat(sparse.l1Method()).isEqualTo(L1.PROXIMAL);
                assertThat(sparse.with(group.l1Method(), group.l1())).isEqualTo(group);
                assertThatThrownBy(() -> group.with(L1.PROXIMAL, -1)).hasMessageContaining("l1 must be at least 0");
                assertThatThrownBy(() -> group.with(L1.PROXIMAL, 1e38).with(Scheduled.LEARNING_RATE, 1e30))
                        .hasMessageContaining("learning rate times l1 must be finite, got 1.0E30 and 1.0E38");
            } else {
                assertThatThrownBy(() -> group.with(L1.PROXIMAL, 1)).hasMessage(rule.name() + " has no L1 term");
            }
            assertThat(Map.of("lamb", true, "lars", true).getOrDefault(rule.name(), false))
                    .isEqualTo(group.perTensor());
        });
    }
}

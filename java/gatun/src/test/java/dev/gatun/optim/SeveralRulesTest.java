package dev.gatun.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gatun.backend.OnEachDevice;
import dev.gatun.memory.NoLeaks;
import dev.gatun.memory.Role;
import dev.gatun.shape.Stored;
import dev.gatun.shape.TensorType;
import dev.gatun.update.ElementRange;
import dev.gatun.update.Hyperparameters;
import dev.gatun.update.rule.AdamHyperparameters;
import dev.gatun.update.rule.LionHyperparameters;
import dev.gatun.update.rule.SgdHyperparameters;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;

/** Groups of different rules in one optimizer. */
@ExtendWith(NoLeaks.class)
class SeveralRulesTest {
    private static final SgdHyperparameters SGD = SgdHyperparameters.DEFAULTS.withLearningRate(0.1).withMomentum(0.9);
    private static final AdamHyperparameters ADAMW = AdamHyperparameters.ADAMW.withLearningRate(0.01);
    private static final LionHyperparameters LION = LionHyperparameters.DEFAULTS.withLearningRate(0.01);
    private static final List<Hyperparameters> RULES = List.of(SGD, ADAMW, SGD.withLearningRate(0.5), LION);
    private static final int ELEMENTS = 64;
    private static final ElementRange[] RANGES = {new ElementRange(0, 9, 0), new ElementRange(9, 20, 2),
        new ElementRange(24, 40, 1), new ElementRange(48, 61, 3)};

    @ParameterizedTest
    @OnEachDevice
    void eachGroupGoesWhereItWouldGoAlone(String backend) {
        double[] weights = new Random(3).doubles(ELEMENTS, -1, 1).toArray();
        float[] mixed = trained(backend, weights, RULES, RANGES);
        assertThat(mixed[22]).as("in no range").isEqualTo((float) weights[22]);
        for (ElementRange range : RANGES) {
            float[] alone = trained(backend, weights, List.of(RULES.get(range.group())), range.within(0, 0));
            int begin = (int) range.begin();
            int end = (int) range.end();
            assertThat(Arrays.copyOfRange(mixed, begin, end)).as("%s", range)
                    .isEqualTo(Arrays.copyOfRange(alone, begin, end));
        }
    }

    private static float[] trained(String backend, double[] weights, List<Hyperparameters> rules,
            ElementRange... ranges) {
        try (Vectors vectors = new Vectors(backend, ELEMENTS);
                Optimizer optimizer = vectors.optimizer(OptimizerOptions.NONE.withAverageDecay(0.9), rules, ranges)) {
            vectors.weights(weights);
            Random random = new Random(5);
            for (int step = 0; step < 20; step++) {
                vectors.gradients(random.doubles(ELEMENTS, -1, 1).toArray());
                assertThat(optimizer.step()).isTrue();
            }
            float[] average = vectors.values(optimizer.state(Optimizer.AVERAGE));
            assertThat(average[(int) ranges[0].begin()]).isNotZero();
            return vectors.weights();
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void theNormThatClipsIsThatOfAllRules(String backend) {
        try (Vectors vectors = new Vectors(backend, 3);
                Optimizer optimizer = vectors.optimizer(OptimizerOptions.NONE.withClipNorm(1),
                        List.of(SGD.withMomentum(0).withLearningRate(1), LION), new ElementRange(0, 1, 0),
                        new ElementRange(1, 3, 1))) {
            vectors.gradients(2, 3, 6);
            optimizer.step();
            assertThat(optimizer.gradientNorm()).isCloseTo(7, within(1e-14));
            assertThat(vectors.weights()[0]).isEqualTo((float) (-2 / (7 + 1e-6)));
            vectors.gradients(2, 3, Double.NaN);
            assertThat(optimizer.step()).isFalse();
            assertThat(optimizer.firstNonFinite()).as("an element of the whole slab").isEqualTo(2);
            vectors.gradients(Double.NaN, 3, Double.NaN);
            assertThat(optimizer.step()).isFalse();
            assertThat(optimizer.firstNonFinite()).isZero();
            assertThat(optimizer.steps()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void statesCostOnlyTheSpanThatTheirRuleCovers(String backend) {
        try (Vectors vectors = new Vectors(backend, ELEMENTS); Optimizer optimizer = vectors.optimizer(RULES, RANGES)) {
            assertThat(optimizer.states().keySet()).containsExactly(
                    "sgd.momentum_buffer", "adam.exp_avg", "adam.exp_avg_sq", "lion.exp_avg");
            assertThat(optimizer.states().values()).extracting(slab -> slab.bytes() / Float.BYTES)
                    .containsExactly(20L, 16L, 16L, 13L);
            assertThat(vectors.memory().usedByRole()).containsEntry(Role.OPTIMIZER_STATE,
                    (20L + 16 + 16 + 13) * Float.BYTES);
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void aTensorHasTheStatesOfItsRule(String backend) {
        try (Vectors vectors = new Vectors(backend, ELEMENTS);
                Optimizer optimizer = vectors.optimizer(OptimizerOptions.NONE.withAverageDecay(0.5), RULES, RANGES)) {
            double[] gradients = new double[ELEMENTS];
            Arrays.setAll(gradients, i -> i);
            vectors.gradients(gradients);
            optimizer.step();
            Stored four = Stored.rowMajor(TensorType.f32(2, 2));
            assertThat(optimizer.states(30, four)).extracting(TensorState::name)
                    .containsExactly("exp_avg", "exp_avg_sq", Optimizer.AVERAGE);
            assertThat(optimizer.states(30, four)).allSatisfy(state -> assertThat(state.stored()).isEqualTo(four));
            assertThat(vectors.values(optimizer.states(30, four).getFirst().memory()))
                    .usingComparatorWithPrecision(1e-6f)
                    .containsExactly(3, 3.1f, 3.2f, 3.3f);
            assertThat(vectors.values(optimizer.states(5, four).getFirst().memory()))
                    .containsExactly(5, 6, 7, 8);
            assertThat(optimizer.states(20, four)).as("in no range").extracting(TensorState::name)
                    .containsExactly(Optimizer.AVERAGE);
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void aGroupKeepsItsRuleAndItsIndex(String backend) {
        try (Vectors vectors = new Vectors(backend, ELEMENTS); Optimizer optimizer = vectors.optimizer(RULES, RANGES)) {
            optimizer.set(2, SGD.withLearningRate(2));
            optimizer.set(3, LION.withLearningRate(3));
            assertThat(optimizer.hyperparameters(2).learningRate()).isEqualTo(2);
            assertThat(optimizer.hyperparameters(0)).isEqualTo(SGD);
            assertThatThrownBy(() -> optimizer.set(1, SGD)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("cannot become");
            double[] gradients = new double[ELEMENTS];
            Arrays.fill(gradients, 1);
            vectors.gradients(gradients);
            optimizer.step();
            assertThat(vectors.weights()[10]).isEqualTo(-2);
            assertThat(vectors.weights()[50]).isEqualTo(-3);
            assertThat(vectors.weights()[0]).isEqualTo(-0.1f);
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void rangesOfTwoRulesMustNotOverlap(String backend) {
        try (Vectors vectors = new Vectors(backend, 4)) {
            assertThatThrownBy(() -> vectors.optimizer(List.of(SGD, LION), new ElementRange(0, 3, 0),
                    new ElementRange(2, 4, 1)).close())
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("overlaps");
            assertThat(vectors.memory().usedByRole()).doesNotContainKey(Role.OPTIMIZER_STATE);
        }
    }
}

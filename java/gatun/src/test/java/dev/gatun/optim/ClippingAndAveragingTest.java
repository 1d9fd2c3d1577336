package dev.gatun.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatun.backend.OnEachDevice;
import dev.gatun.memory.NoLeaks;
import dev.gatun.update.ElementRange;
import dev.gatun.update.rule.AdamHyperparameters;
import dev.gatun.update.rule.LambHyperparameters;
import dev.gatun.update.rule.SgdHyperparameters;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;

/** Clipping and averaging around a rule. */
@ExtendWith(NoLeaks.class)
class ClippingAndAveragingTest {
    private static final SgdHyperparameters SGD = SgdHyperparameters.DEFAULTS.withLearningRate(1);
    private static final ElementRange PAIR = new ElementRange(0, 2, 0);

    @ParameterizedTest
    @OnEachDevice
    void clipsByNormAsPyTorchDoes(String backend) {
        try (Vectors vectors = new Vectors(backend, 2);
                Optimizer optimizer = vectors.optimizer(OptimizerOptions.NONE.withClipNorm(1), List.of(SGD), PAIR)) {
            vectors.gradients(3, 4);
            assertThat(optimizer.step()).isTrue();
            double multiplier = 1 / (5 + 1e-6);
            assertThat(vectors.weights()).containsExactly((float) (-3 * multiplier), (float) (-4 * multiplier));
            assertThat((float) multiplier).isEqualTo(0.19999996f);
            assertThat(optimizer.gradientNorm()).isEqualTo(5);
            vectors.weights(0, 0);
            vectors.gradients(0.3, 0.4);
            optimizer.step();
            assertThat(vectors.weights()).as("below the bound").containsExactly(-0.3f, -0.4f);
            vectors.weights(0, 0);
            vectors.gradients(30, 40);
            optimizer.step(0.01);
            assertThat(optimizer.gradientNorm()).as("of the scaled gradients").isEqualTo(0.5);
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void clipsValuesOnBothSides(String backend) {
        try (Vectors vectors = new Vectors(backend, 3);
                Optimizer optimizer = vectors.optimizer(OptimizerOptions.NONE.withClipValue(1), List.of(SGD),
                        new ElementRange(0, 3, 0))) {
            vectors.gradients(-5, 5, 0.5);
            optimizer.step();
            assertThat(vectors.weights()).containsExactly(1, -1, -0.5f);
            assertThat(optimizer.gradientNorm()).as("nobody needed it").isNaN();
            assertThat(optimizer.stepIfFinite(1)).isTrue();
            assertThat(optimizer.gradientNorm()).isPositive();
            optimizer.step();
            assertThat(optimizer.gradientNorm()).as("not that of an older step").isNaN();
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void aStepOnGradientsThatAreNotFiniteIsLeftOut(String backend) {
        try (Vectors vectors = new Vectors(backend, 2);
                Optimizer optimizer = vectors.optimizer(OptimizerOptions.NONE.withClipNorm(1).withAverageDecay(0.9),
                        List.of(AdamHyperparameters.ADAMW), PAIR)) {
            vectors.weights(1, 2);
            for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
                vectors.gradients(1, bad);
                assertThat(optimizer.step()).isFalse();
                assertThat(Double.isFinite(optimizer.gradientNorm())).isFalse();
                assertThat(optimizer.firstNonFinite()).isEqualTo(1);
                assertThat(optimizer.steps()).isZero();
                assertThat(vectors.weights()).containsExactly(1, 2);
                assertThat(optimizer.states().values())
                        .allSatisfy(state -> assertThat(vectors.values(state)).containsOnly(0));
            }
            vectors.gradients(1, 1);
            assertThat(optimizer.step()).isTrue();
            assertThat(optimizer.firstNonFinite()).isEqualTo(-1);
            assertThat(optimizer.steps()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void averagesTheWeights(String backend) {
        try (Vectors vectors = new Vectors(backend, 2);
                Optimizer optimizer = vectors.optimizer(OptimizerOptions.NONE.withAverageDecay(0.75), List.of(SGD),
                        PAIR)) {
            vectors.gradients(-1, 2);
            optimizer.step();
            assertThat(optimizer.states().keySet()).containsExactly(Optimizer.AVERAGE);
            assertThat(average(vectors, optimizer)).as("begins as the weights").containsExactly(1, -2);
            optimizer.step();
            assertThat(average(vectors, optimizer)).containsExactly(1.25f, -2.5f);
            assertThat(vectors.weights()).containsExactly(2, -4);
        }
    }

    private static float[] average(Vectors vectors, Optimizer optimizer) {
        return vectors.values(optimizer.state(Optimizer.AVERAGE));
    }

    /** Bounded, both steps see the same gradients. */
    @ParameterizedTest
    @OnEachDevice
    void lambBoundsTheNormItself(String backend) {
        LambHyperparameters lamb = LambHyperparameters.DEFAULTS.withLearningRate(0.1).withEpsilon(1);
        float[] bounded;
        try (Vectors vectors = new Vectors(backend, 2); Optimizer optimizer = vectors.optimizer(List.of(lamb), PAIR)) {
            vectors.weights(1, -2);
            vectors.gradients(30, -40);
            optimizer.step();
            assertThat(optimizer.gradientNorm()).isEqualTo(50);
            bounded = vectors.weights();
        }
        try (Vectors vectors = new Vectors(backend, 2);
                Optimizer optimizer = vectors.optimizer(List.of(lamb.withMaxGradientNorm(0)), PAIR)) {
            vectors.weights(1, -2);
            vectors.gradients(0.6, -0.8);
            optimizer.step();
            assertThat(optimizer.gradientNorm()).isNaN();
            assertThat(vectors.weights()).usingComparatorWithPrecision(2e-7f).containsExactly(bounded);
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void oneBoundHoldsForAllGroups(String backend) {
        LambHyperparameters lamb = LambHyperparameters.DEFAULTS;
        try (Vectors vectors = new Vectors(backend, 2)) {
            assertThatThrownBy(() -> vectors.optimizer(List.of(lamb, lamb.withMaxGradientNorm(2)), PAIR).close())
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("the same in all groups");
        }
    }

    @Test
    void optionsOutsideTheirDomainsAreRefused() {
        for (double bad : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> OptimizerOptions.NONE.withClipNorm(bad))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> OptimizerOptions.NONE.withClipValue(bad))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> OptimizerOptions.NONE.withAverageDecay(bad))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> OptimizerOptions.NONE.withAverageDecay(1)).hasMessageContaining("[0, 1)");
    }
}

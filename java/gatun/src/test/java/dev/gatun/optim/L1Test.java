package dev.gatun.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gatun.backend.OnEachDevice;
import dev.gatun.memory.NoLeaks;
import dev.gatun.update.ElementRange;
import dev.gatun.update.Hyperparameters;
import dev.gatun.update.L1;
import dev.gatun.update.rule.SgdHyperparameters;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;

/** The two ways an L1 term acts; figures of the elastic net are among {@link dev.gatun.update.RuleFigures}. */
@ExtendWith(NoLeaks.class)
class L1Test {
    private static final SgdHyperparameters SGD = SgdHyperparameters.DEFAULTS.withLearningRate(0.125).withL1(0.5);

    @ParameterizedTest
    @OnEachDevice
    void smallWeightsBecomeExactlyZeroAndStaySo(String backend) {
        try (Vectors vectors = new Vectors(backend, 4); Optimizer optimizer = vectors.optimizer(
                OptimizerOptions.NONE.withAverageDecay(0.5), List.of(SGD.withL1Method(L1.PROXIMAL)),
                new ElementRange(0, 4, 0))) {
            vectors.weights(0.0625, -0.06, 0.07, -1);
            optimizer.step();
            assertThat(vectors.weights()).usingComparatorWithPrecision(1e-8f).containsExactly(0, 0, 0.0075f, -0.9375f);
            assertThat(vectors.weights()).startsWith(0f).satisfies(weights -> assertThat(weights[1]).isZero());
            assertThat(vectors.values(optimizer.state(Optimizer.AVERAGE))).as("the average sees the shrunk weights")
                    .containsExactly(vectors.weights());
            optimizer.step();
            assertThat(vectors.weights()).containsExactly(new float[] {0, 0, 0, -0.875f}, within(0f));
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void theSubgradientOvershootsZeroInstead(String backend) {
        try (Vectors vectors = new Vectors(backend, 2);
                Optimizer optimizer = vectors.optimizer(List.of(SGD), new ElementRange(0, 2, 0))) {
            vectors.weights(0.03125, -1);
            optimizer.step();
            assertThat(vectors.weights()).containsExactly(-0.03125f, -0.9375f);
        }
    }

    /**
     * Least squares where only the first of sixteen inputs counts: the proximal step finds that, the subgradient does
     * not.
     */
    @ParameterizedTest
    @OnEachDevice
    void onlyTheProximalStepSelects(String backend) {
        SgdHyperparameters rule = SgdHyperparameters.DEFAULTS.withLearningRate(0.05).withL1(0.05);
        assertThat(fitted(backend, rule.withL1Method(L1.PROXIMAL)))
                .satisfies(weights -> assertThat(weights.getFirst()).isBetween(0.9f, 0.99f))
                .filteredOn(weight -> weight == 0).hasSize(15);
        assertThat(fitted(backend, rule)).filteredOn(weight -> weight == 0).isEmpty();
    }

    private static List<Float> fitted(String backend, Hyperparameters rule) {
        Random random = new Random(5);
        try (Vectors vectors = new Vectors(backend, 16);
                Optimizer optimizer = vectors.optimizer(List.of(rule), new ElementRange(0, 16, 0))) {
            double[][] inputs = new double[64][];
            for (int i = 0; i < inputs.length; i++) {
                inputs[i] = random.doubles(16, -1.7, 1.7).toArray();
            }
            vectors.weights(random.doubles(16, -0.3, 0.3).toArray());
            for (int step = 0; step < 400; step++) {
                vectors.gradients(gradients(inputs, vectors.weights()));
                optimizer.step();
            }
            List<Float> fitted = new ArrayList<>();
            for (float weight : vectors.weights()) {
                fitted.add(weight);
            }
            return fitted;
        }
    }

    /** Of half the mean square of what the weights and the first input differ by. */
    private static double[] gradients(double[][] inputs, float[] weights) {
        double[] gradients = new double[weights.length];
        for (double[] x : inputs) {
            double error = -x[0];
            for (int i = 0; i < x.length; i++) {
                error += weights[i] * x[i];
            }
            for (int i = 0; i < x.length; i++) {
                gradients[i] += error * x[i] / inputs.length;
            }
        }
        return gradients;
    }
}

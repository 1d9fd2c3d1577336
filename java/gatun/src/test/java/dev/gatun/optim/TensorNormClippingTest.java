package dev.gatun.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gatun.backend.OnEachDevice;
import dev.gatun.memory.NoLeaks;
import dev.gatun.update.Clipping;
import dev.gatun.update.ElementRange;
import dev.gatun.update.rule.LambHyperparameters;
import dev.gatun.update.rule.SgdHyperparameters;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;

/** Clipping by the norms of single tensors. */
@ExtendWith(NoLeaks.class)
class TensorNormClippingTest {
    private static final SgdHyperparameters SGD = SgdHyperparameters.DEFAULTS.withLearningRate(1);
    private static final OptimizerOptions BY_TENSOR = OptimizerOptions.NONE.withClipping(new Clipping.TensorNorm(1));
    private static final ElementRange[] TENSORS =
            {new ElementRange(0, 3, 0), new ElementRange(3, 5, 1), new ElementRange(5, 7, 0)};
    private static final double[] GRADIENTS = {3, -4, 12, 0.1, 0.2, 1.5, -2.5};

    private static Vectors vectors(String backend) {
        Vectors vectors = new Vectors(backend, GRADIENTS.length);
        vectors.gradients(GRADIENTS);
        return vectors;
    }

    /** Weights whose norms are 10, 0 and 100, after a step by gradients whose norms are 13, sqrt(0.05), sqrt(8.5). */
    private static float[] stepped(Vectors vectors, Optimizer optimizer) {
        vectors.weights(6, 0, 8, 0, 0, 100, 0);
        optimizer.step();
        return vectors.weights();
    }

    /** What they are once the gradients of the three tensors were multiplied by these. */
    private static float[] moved(double first, double second, double third) {
        return new float[] {(float) (6 - 3 * first), (float) (4 * first), (float) (8 - 12 * first),
            (float) (-0.1 * second), (float) (-0.2 * second), (float) (100 - 1.5 * third), (float) (2.5 * third)};
    }

    /** PyTorch 2.13.0, on each tensor p alone: {@code torch.nn.utils.clip_grad_norm_([p], 1.0)}, in float64. */
    @ParameterizedTest
    @OnEachDevice
    void tensorsAreClippedAsPyTorchDoes(String backend) {
        try (Vectors vectors = vectors(backend);
                Optimizer optimizer = vectors.optimizer(BY_TENSOR, List.of(SGD, SGD), TENSORS)) {
            assertThat(optimizer.step()).isTrue();
            float[] figures = {-0.23076922f, 0.3076923f, -0.92307687f, -0.1f, -0.2f, -0.51449555f, 0.8574926f};
            assertThat(vectors.weights()).containsExactly(figures, within(6e-8f));
            assertThat(optimizer.gradientNorm()).as("of all, before clipping")
                    .isCloseTo(Math.sqrt(169 + 0.05 + 8.5), within(1e-7));
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void theScaleComesBeforeTheNormsAndTheValueAfter(String backend) {
        OptimizerOptions options = BY_TENSOR.withClipValue(0.5);
        try (Vectors vectors = vectors(backend);
                Optimizer optimizer = vectors.optimizer(options, List.of(SGD, SGD), TENSORS)) {
            optimizer.step(-0.1); // norms 1.3, 0.02 and 0.29
            float[] figures = {0.3f / 1.3f, -0.4f / 1.3f, 0.5f, 0.01f, 0.02f, 0.15f, -0.25f};
            assertThat(vectors.weights()).containsExactly(figures, within(1e-6f));
        }
    }

    /** The second tensor is all zero: its norm counts as 1e-3. */
    @ParameterizedTest
    @OnEachDevice
    void adaptiveClippingGoesByTheRatioOfTheNorms(String backend) {
        OptimizerOptions options = OptimizerOptions.NONE.withClipping(new Clipping.Adaptive(0.1));
        try (Vectors vectors = vectors(backend);
                Optimizer optimizer = vectors.optimizer(options, List.of(SGD, SGD), TENSORS)) {
            float[] figures = moved(0.1 * 10 / 13, 0.1 * 1e-3 / Math.sqrt(0.05), 1);
            assertThat(stepped(vectors, optimizer)).containsExactly(figures, within(1e-6f));
            vectors.gradients(0, 0, 0, 0, 0, 0, 0);
            assertThat(stepped(vectors, optimizer)).as("gradients of zero").containsExactly(6, 0, 8, 0, 0, 100, 0);
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void theRootOfTheWeightsNormBoundsTheGradients(String backend) {
        OptimizerOptions options = OptimizerOptions.NONE.withClipping(new Clipping.WeightNorm(3));
        try (Vectors vectors = vectors(backend);
                Optimizer optimizer = vectors.optimizer(options, List.of(SGD, SGD), TENSORS)) {
            float[] figures = moved(3 / Math.sqrt(10) / (13 + 1e-6), 1, 3 / 10.0 / (Math.sqrt(8.5) + 1e-6));
            assertThat(stepped(vectors, optimizer)).containsExactly(figures, within(1e-6f));
            vectors.gradients(0.3, -0.4, 0, 0, 0, 0.1, 0.2);
            assertThat(stepped(vectors, optimizer)).as("below their bounds")
                    .containsExactly(new float[] {5.7f, 0.4f, 8, 0, 0, 99.9f, -0.2f}, within(1e-6f));
        }
    }

    /** With the third tensor clipped to zero and the others untouched, LAMB's bound sees the norm that is left. */
    @ParameterizedTest
    @OnEachDevice
    void lambsOwnBoundComesAfterIt(String backend) {
        LambHyperparameters lamb = LambHyperparameters.DEFAULTS.withLearningRate(0.1).withEpsilon(1);
        ElementRange[] pair = {new ElementRange(0, 2, 0), new ElementRange(2, 4, 0)};
        float[] bounded;
        try (Vectors vectors = new Vectors(backend, 4); Optimizer optimizer =
                vectors.optimizer(OptimizerOptions.NONE.withClipping(new Clipping.TensorNorm(4)), List.of(lamb),
                        pair)) {
            vectors.weights(1, -2, 3, 4);
            vectors.gradients(30, -40, 1.8, 2.4); // norms 50 and 3, clipped to 4 and 3, together 5
            optimizer.step();
            bounded = vectors.weights();
        }
        try (Vectors vectors = new Vectors(backend, 4);
                Optimizer optimizer = vectors.optimizer(List.of(lamb.withMaxGradientNorm(0)), pair)) {
            vectors.weights(1, -2, 3, 4);
            vectors.gradients(2.4 / 5, -3.2 / 5, 1.8 / 5, 2.4 / 5);
            optimizer.step();
            assertThat(vectors.weights()).usingComparatorWithPrecision(1e-6f).containsExactly(bounded);
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void aStepOnGradientsThatAreNotFiniteIsLeftOut(String backend) {
        for (Clipping clipping : List.of(
                new Clipping.TensorNorm(1), new Clipping.Adaptive(0.1), new Clipping.WeightNorm(1))) {
            try (Vectors vectors = vectors(backend); Optimizer optimizer =
                    vectors.optimizer(OptimizerOptions.NONE.withClipping(clipping), List.of(SGD, SGD), TENSORS)) {
                vectors.weights(1, 2, 3, 4, 5, 6, 7);
                vectors.gradients(1, 1, 1, 1, Double.NEGATIVE_INFINITY, 1, Double.NaN);
                assertThat(optimizer.step()).isFalse();
                assertThat(optimizer.firstNonFinite()).isEqualTo(4);
                assertThat(optimizer.steps()).isZero();
                assertThat(vectors.weights()).containsExactly(1, 2, 3, 4, 5, 6, 7);
                vectors.gradients(0, 0, 0, 0, 0, 0, 0);
                assertThat(optimizer.step()).isTrue();
                assertThat(optimizer.firstNonFinite()).isEqualTo(-1);
            }
        }
    }

    @Test
    void boundsThatAreNoneAreRefused() {
        for (double bad : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> new Clipping.GlobalNorm(bad)).hasMessageContaining("above 0");
            assertThatThrownBy(() -> new Clipping.TensorNorm(bad)).hasMessageContaining("above 0");
            assertThatThrownBy(() -> new Clipping.Adaptive(bad)).hasMessageContaining("above 0");
            assertThatThrownBy(() -> new Clipping.WeightNorm(bad)).hasMessageContaining("above 0");
        }
    }
}

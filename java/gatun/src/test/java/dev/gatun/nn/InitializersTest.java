package dev.gatun.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gatun.graph.Initializer;
import dev.gatun.op.function.ParametricFunction;
import dev.gatun.op.function.UnaryFunction;
import dev.gatun.shape.Shape;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class InitializersTest {
    private static final Shape WEIGHT = Shape.of(64, 32, 3, 3);

    private static double[] draw(Initializer initializer, long seed) {
        float[] values = new float[Math.toIntExact(WEIGHT.elements())];
        initializer.fill(values, WEIGHT, new SplittableRandom(seed));
        return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
    }

    private static double mean(double... values) {
        return Arrays.stream(values).average().orElseThrow();
    }

    private static double deviation(double... values) {
        double mean = mean(values);
        return Math.sqrt(Arrays.stream(values).map(value -> (value - mean) * (value - mean)).average().orElseThrow());
    }

    @Test
    void fanInUniformFillsItsInterval() {
        double bound = 1 / Math.sqrt(32 * 9);
        double[] values = draw(Initializers.fanInUniform(), 1);
        assertThat(Arrays.stream(values)).allMatch(value -> value >= -bound && value < bound);
        assertThat(Arrays.stream(values).max().orElseThrow()).isGreaterThan(0.99 * bound);
        assertThat(mean(values)).isCloseTo(0, within(0.02 * bound));
        assertThat(deviation(values)).isCloseTo(bound / Math.sqrt(3), within(0.01 * bound));
    }

    @Test
    void heNormalHasTheDeviationOfTheFanOut() {
        double wanted = Math.sqrt(2.0 / (64 * 9));
        double[] values = draw(Initializers.heNormalFanOut(), 1);
        assertThat(mean(values)).isCloseTo(0, within(0.02 * wanted));
        assertThat(deviation(values)).isCloseTo(wanted, within(0.02 * wanted));
        long outside = Arrays.stream(values).filter(value -> Math.abs(value) > 2 * wanted).count();
        assertThat(outside / (double) values.length).as("a normal distribution's share")
                .isCloseTo(0.0455, within(0.006));
    }

    @Test
    void boundsAndDeviationsFollowFansAndGain() {
        double gain = Initializers.gain(new ParametricFunction.LeakyRelu(0.5));
        assertThat(gain).isCloseTo(Math.sqrt(2 / 1.25), within(1e-15));
        assertThat(Initializers.gain(UnaryFunction.RELU)).isEqualTo(Math.sqrt(2));
        assertThat(Initializers.gain(UnaryFunction.TANH)).isEqualTo(5.0 / 3);
        assertThat(Initializers.gain(UnaryFunction.SIGMOID)).isEqualTo(1);
        spreads(Initializers.kaimingUniform(Initializers.Fan.IN, gain), gain / Math.sqrt(32 * 9));
        spreads(Initializers.kaimingNormal(Initializers.Fan.OUT, 3), 3 / Math.sqrt(64 * 9));
        spreads(Initializers.xavierUniform(2), 2 * Math.sqrt(2.0 / (96 * 9)));
        spreads(Initializers.xavierNormal(2), 2 * Math.sqrt(2.0 / (96 * 9)));
    }

    private static void spreads(Initializer initializer, double deviation) {
        double[] values = draw(initializer, 1);
        assertThat(mean(values)).isCloseTo(0, within(0.02 * deviation));
        assertThat(deviation(values)).isCloseTo(deviation, within(0.02 * deviation));
    }

    @Test
    void aTruncatedNormalHasNoTails() {
        double[] values = draw(Initializers.truncatedNormal(0.5, 2), 1);
        assertThat(Arrays.stream(values).map(Math::abs).max().orElseThrow()).isBetween(0.97, 1.0);
        assertThat(deviation(values)).as("of a normal distribution within two deviations")
                .isCloseTo(0.5 * 0.8796, within(0.01));
    }

    @Test
    void orthogonalVectorsAreAtRightAngles() {
        for (Shape shape : new Shape[] {Shape.of(6, 9), Shape.of(9, 6), Shape.of(5, 2, 3, 3)}) {
            float[] values = new float[Math.toIntExact(shape.elements())];
            Initializers.orthogonal(2).fill(values, shape, new SplittableRandom(3));
            int rows = Math.toIntExact(shape.extent(0));
            int columns = values.length / rows;
            boolean wide = rows <= columns;
            for (int i = 0; i < Math.min(rows, columns); i++) {
                for (int j = 0; j < Math.min(rows, columns); j++) {
                    double product = 0;
                    for (int k = 0; k < Math.max(rows, columns); k++) {
                        product += (double) values[wide ? i * columns + k : k * columns + i]
                                * values[wide ? j * columns + k : k * columns + j];
                    }
                    assertThat(product).as("%s: %d, %d", shape, i, j).isCloseTo(i == j ? 4 : 0, within(1e-5));
                }
            }
        }
    }

    @Test
    void factorsThatCannotBe() {
        assertThatThrownBy(() -> Initializers.orthogonal(0))
                .hasMessage("initialisation: the gain must be positive and finite, got 0.0");
        assertThatThrownBy(() -> Initializers.truncatedNormal(1, Double.NaN))
                .hasMessage("initialisation: the number of deviations must be positive and finite, got NaN");
    }

    @Test
    void seedsDecide() {
        assertThat(draw(Initializers.heNormalFanOut(), 5)).isEqualTo(draw(Initializers.heNormalFanOut(), 5))
                .isNotEqualTo(draw(Initializers.heNormalFanOut(), 6));
        assertThat(draw(Initializers.constant(0.5f), 5)).containsOnly(0.5);
    }

    @Test
    void fansOfLinearAndConvolutionWeights() {
        assertThat(Initializers.fanIn(Shape.of(10, 84))).isEqualTo(84);
        assertThat(Initializers.fanOut(Shape.of(10, 84))).isEqualTo(10);
        assertThat(Initializers.fanIn(WEIGHT)).isEqualTo(288);
        assertThat(Initializers.fanOut(WEIGHT)).isEqualTo(576);
    }
}

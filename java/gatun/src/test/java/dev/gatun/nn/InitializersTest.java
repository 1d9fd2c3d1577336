package dev.gatun.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gatun.graph.Initializer;
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

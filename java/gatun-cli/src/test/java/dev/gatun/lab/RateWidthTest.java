package dev.gatun.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RateWidthTest {
    @Test
    void theWidthOfLearningRatesIsInterpolatedAtItsEnds() {
        Map<Double, Double> accuracies = new TreeMap<>(Map.of(0.01, 0.1, 0.1, 0.9, 1.0, 0.95, 10.0, 0.8, 100.0, 0.1));
        // Down: 1 decade, and half of the next (0.9 to 0.1 crosses 0.5); up: 1, and 3/7 of the next (0.8 to 0.1).
        assertThat(RateWidth.decades(accuracies, 0.5)).isCloseTo(1.5 + 1 + 3 / 7.0, within(1e-12));
        assertThat(RateWidth.decades(accuracies, 0.05)).as("the whole range").isCloseTo(4, within(1e-12));
        assertThat(RateWidth.decades(accuracies, 0.96)).as("the default fails").isZero();
        accuracies.put(10.0, 0.1); // what lies beyond a failure does not count
        accuracies.put(100.0, 0.99);
        assertThat(RateWidth.decades(accuracies, 0.95)).isCloseTo(0, within(1e-12));
        accuracies.put(0.1, Double.NaN);
        assertThat(RateWidth.decades(accuracies, 0.9)).isCloseTo(0.05 / 0.85, within(1e-12));
    }
}

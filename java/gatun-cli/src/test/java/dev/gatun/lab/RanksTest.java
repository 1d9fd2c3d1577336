package dev.gatun.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.lab.Measure.Better;
import org.junit.jupiter.api.Test;

class RanksTest {
    @Test
    void equalValuesShareTheirRanks() {
        double[] values = {0.9, 0.8, 0.9, Double.NaN, 0.7};
        assertThat(Ranks.of(values, Better.HIGHER)).containsExactly(1.5, 3, 1.5, 5, 4);
        assertThat(Ranks.of(values, Better.LOWER)).containsExactly(3.5, 2, 3.5, 5, 1);
        assertThat(Ranks.of(new double[] {5, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY}, Better.LOWER))
                .containsExactly(1, 2.5, 2.5);
    }
}

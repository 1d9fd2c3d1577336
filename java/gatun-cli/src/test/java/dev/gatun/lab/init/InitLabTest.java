package dev.gatun.lab.init;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.gatun.backend.Backends;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.data.image.DataSource;
import dev.gatun.data.image.DataSplit;
import dev.gatun.data.image.DigitsOptions;
import dev.gatun.memory.NoLeaks;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Drawn digits, which have MNIST's shape. */
@ExtendWith(NoLeaks.class)
class InitLabTest {
    @Test
    void twoOverNStaysLevelOneVanishesThreeExplodes() {
        try (Device device = Backends.open("cpu", DeviceOptions.defaults().withThreads(2));
                DataSplit digits = DataSource.digits(DigitsOptions.defaults().withTrain(32).withTest(1))) {
            InitOptions options = new InitOptions(50, 256, List.of(1.0, 2.0, 3.0), 32, 2);
            List<Propagation> results = new InitLab(device, options, digits.train()).run();
            assertThat(results).extracting(Propagation::activations)
                    .containsExactly(Trend.VANISHES, Trend.LEVEL, Trend.EXPLODES);
            assertThat(results).extracting(Propagation::gradients)
                    .containsExactly(Trend.VANISHES, Trend.LEVEL, Trend.EXPLODES);
            for (Propagation result : results) {
                assertThat(result.layers()).hasSize(50);
                double expected = Math.sqrt(result.variance() / 2); // of one layer's norms to the next
                assertThat(result.forwardFactor()).isBetween(0.96 * expected, 1.04 * expected);
                assertThat(result.backwardFactor()).isBetween(0.96 * expected, 1.04 * expected);
            }
            assertThat(ratio(results.get(0))).isLessThan(1e-5);
            assertThat(ratio(results.get(1))).isBetween(0.1, 10.0);
            assertThat(ratio(results.get(2))).isGreaterThan(1e3);
        }
    }

    private static double ratio(Propagation result) {
        return result.layers().getLast().activation() / result.layers().getFirst().activation();
    }

    @Test
    void badOptionsAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new InitOptions(1, 2, List.of(1.0), 3, 4))
                .withMessageContaining("at least two layers");
        for (double variance : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatIllegalArgumentException().isThrownBy(() -> new InitOptions(2, 2, List.of(variance), 3, 4))
                    .withMessageContaining("variances must be above 0 and finite");
        }
    }
}

package dev.gatun.cli.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class McNemarTest {
    /** Python's {@code min(1, 2 * sum(math.comb(n, i) for i in range(min(b, c) + 1)) / 2**n)}, in whole numbers. */
    @ParameterizedTest
    @CsvSource({"0, 0, 1", "5, 0, 0.0625", "0, 5, 0.0625", "3, 1, 0.625", "10, 25, 0.01667384780012071", "7, 7, 1",
        "400, 480, 0.007707305043339141", "0, 2000, 0"})
    void isExact(int first, int second, double p) {
        assertThat(new McNemar(first, second).pValue()).isCloseTo(p, within(1e-12));
    }

    @Test
    void countsAreNotNegative() {
        assertThatIllegalArgumentException().isThrownBy(() -> new McNemar(-1, 0));
    }
}

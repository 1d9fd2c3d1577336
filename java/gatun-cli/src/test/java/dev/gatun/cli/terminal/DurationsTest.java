package dev.gatun.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DurationsTest {
    @ParameterizedTest
    @CsvSource({"0.4, 0 s", "59.4, 59 s", "59.6, 1 min 00 s", "125, 2 min 05 s", "7800, 2 h 10 min"})
    void showsDurations(double seconds, String text) {
        assertThat(Durations.format(seconds)).isEqualTo(text);
    }
}

package dev.gatun.cli.option;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MemorySizeTest {
    @ParameterizedTest
    @CsvSource({"1000, 1000", "1k, 1024", "500m, 524288000", "4g, 4294967296", "1.5 GiB, 1610612736",
            "2TB, 2199023255552"})
    void readsSizes(String text, long bytes) {
        assertThat(MemorySize.parse(text).bytes()).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "g", "-4g", "0", "4x", "1e9", "99999999t"})
    void refusesWhatIsNoSize(String text) {
        assertThatThrownBy(() -> MemorySize.parse(text)).hasMessageContaining("is no size");
    }
}

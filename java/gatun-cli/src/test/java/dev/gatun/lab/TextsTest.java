package dev.gatun.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TextsTest {
    @Test
    void numbersAreShort() {
        assertThat(List.of(Texts.number(0), Texts.number(0.02), Texts.number(120), Texts.number(12345.6),
                Texts.number(3.1623e-5), Texts.number(1e6), Texts.number(1.2345), Texts.number(Double.NaN)))
                .containsExactly("0", "0.02", "120", "12346", "3.16e-05", "1e+06", "1.23", "-");
    }
}

package dev.gatun.compress.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuantizerTextTest {
    @ParameterizedTest
    @CsvSource({"binary, binary", "binary01, binary01:threshold=0.0",
        "binary01:threshold=-0.5, binary01:threshold=-0.5",
        "ternary, ternary:threshold=0.7", "ttq, ttq:threshold=0.05", "ttq:threshold=1e-9, ttq:threshold=1.0E-9",
        "pow2, pow2:bits=4", "' dorefa:bits=1 ', dorefa:bits=1", "largest:share=0.2, largest:share=0.2"})
    void textIsReadAndWritten(String text, String canonical) {
        WeightQuantizer quantizer = WeightQuantizer.parse(text);
        assertThat(quantizer.text()).isEqualTo(canonical);
        assertThat(WeightQuantizer.parse(canonical)).isEqualTo(quantizer);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', value = {
        "binery|weights: there is no quantizer \"binery\"; did you mean \"binary\"?",
        "binary:bits=1|weights: binary has no options, leave out \":bits=1\"",
        "dorefa:bit=4|weights: dorefa has only the option bits, write it as dorefa:bits=4, not \"bit=4\"",
        "dorefa:|weights: nothing follows the colon of \"dorefa:\"",
        "dorefa:bits=2.5|weights: the bits of dorefa are a small whole number, not \"bits=2.5\"",
        "pow2:bits=9|weights: the bits of pow2: 2 to 8 wanted, got 9",
        "pow2:bits=x|weights: the bits of pow2: a number wanted, got \"x\"",
        "largest:share=0|weights: the share of largest: above 0 and at most 1 wanted, got 0.0",
        "ternary:threshold=1|weights: the threshold of ternary: at least 0 and below 1 wanted, got 1.0"})
    void otherTextIsRefusedWithTheReason(String text, String message) {
        assertThatThrownBy(() -> WeightQuantizer.parse(text)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }
}

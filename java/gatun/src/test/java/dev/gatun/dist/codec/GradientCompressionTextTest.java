package dev.gatun.dist.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GradientCompressionTextTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            none      | none
            bf16      | bf16
            f16       | f16
            top-k     | top-k:fraction=0.01
            random-k  | random-k:fraction=0.01,seed=1
            random-k:seed=7, fraction=1e-3 | random-k:fraction=0.001,seed=7
            power-sgd | power-sgd:rank=4,min-rate=10,iterations=1,start=0
            power-sgd:start=1000,rank=2 | power-sgd:rank=2,min-rate=10,iterations=1,start=1000
            power-sgd:min-rate=2.5 | power-sgd:rank=4,min-rate=2.5,iterations=1,start=0
            sign      | sign:scale=mean
            sign:scale=none | sign:scale=none
            top-k:    | top-k:fraction=0.01
            """)
    void readsAndWrites(String text, String whole) {
        GradientCompression compression = GradientCompressionText.parse(text);
        assertThat(GradientCompressionText.of(compression)).isEqualTo(whole);
        assertThat(GradientCompressionText.parse(whole)).isEqualTo(compression);
        assertThat(GradientCompressionText.names()).contains(compression.name());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            topk | there is no compression of gradients named "topk"; did you mean "top-k"?
            zip | there is no compression of gradients named "zip", only [none, bf16, f16, top-k, random-k,\
             power-sgd, sign]
            bf16:seed=1 | bf16: there is no "seed", it has no options
            top-k:fractoin=1 | top-k: there is no "fractoin"; did you mean "fraction"?
            top-k:fraction | top-k: fraction has no value, write fraction=...
            top-k:fraction=x | top-k: fraction is a number, not "x"
            top-k:fraction=0 | top-k: the fraction must lie in (0, 1], got 0.0
            random-k:fraction=1.5 | random-k: the fraction must lie in (0, 1], got 1.5
            random-k:seed=-1 | random-k: seed is a whole number of at most 9 digits, not "-1"
            power-sgd:rank=0 | power-sgd: the rank lies in 1 to 1024, got 0
            power-sgd:rank=2,rank=3 | power-sgd: "rank" is given twice
            power-sgd:min-rate=0.5 | power-sgd: min-rate must be at least 1, got 0.5
            power-sgd:iterations=0 | power-sgd: iterations lie in 1 to 1024, got 0
            sign:scale=max | sign: scale is mean or none, not "max"
            """)
    void saysWhatIsWrong(String text, String message) {
        assertThatThrownBy(() -> GradientCompressionText.parse(text)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":", "top-k:,", "top-k:fraction=NaN", "top-k:fraction=1e999",
            "power-sgd:min-rate=1e999", "power-sgd:rank=99999999999999999999", "sign:", "\u0000",
            "top-k:fraction=0x1p-3"})
    void readsOrRefusesAnything(String text) {
        try {
            assertThat(GradientCompressionText.parse(text)).isNotNull();
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageNotContaining("\n").hasNoCause();
        }
    }

    @Test
    void checksRecords() {
        assertThatThrownBy(() -> new GradientCompression.TopK(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new GradientCompression.RandomK(0.1, -1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new GradientCompression.PowerSgd(4, 10, 1, -1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new GradientCompression.PowerSgd(4, Double.NaN, 1, 0))
                .isInstanceOf(IllegalArgumentException.class);
    }
}

package dev.gatun.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatun.update.kernel.Sharpness;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Look-ahead, sharpness-aware minimisation and averages as text. */
class WrapperTextTest {
    @Test
    void optionsAreTextAndBack() {
        assertThat(Lookahead.parse("5,0.5")).isEqualTo(Lookahead.DEFAULTS);
        assertThat(Lookahead.parse("7")).isEqualTo(new Lookahead(7, 0.5));
        assertThat(SharpnessAware.parse("0.05")).isEqualTo(SharpnessAware.DEFAULTS);
        assertThat(SharpnessAware.parse("2,adaptive")).isEqualTo(new SharpnessAware(2, Sharpness.ADAPTIVE));
        assertThat(StochasticAverage.parse("10")).isEqualTo(StochasticAverage.from(10));
        assertThat(StochasticAverage.parse("3,1e-2")).isEqualTo(StochasticAverage.from(3).withLearningRate(0.01));
        for (String text : List.of("5,0.5", "1,1")) {
            assertThat(Lookahead.parse(text).text()).isEqualTo(text);
        }
        for (String text : List.of("0.05", "2,adaptive")) {
            assertThat(SharpnessAware.parse(text).text()).isEqualTo(text);
        }
        for (String text : List.of("10", "3,0.01")) {
            assertThat(StochasticAverage.parse(text).text()).isEqualTo(text);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "5,", "5,x", "0", "5,0", "5,1.5", "-5", "5,0.5,1", "5.5", "5,NaN"})
    void wrongLookahead(String text) {
        wrong(Lookahead::parse, text, "look-ahead: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "0", "-1", "0.05,", "0.05,yes", "0.05,adaptive,x", "Infinity", "1e99"})
    void wrongSharpness(String text) {
        wrong(SharpnessAware::parse, text, "sharpness-aware minimisation: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "0", "1,", "1,x", "1,-1", "1,2,3", "99999999999", "1,1e99"})
    void wrongAverage(String text) {
        wrong(StochasticAverage::parse, text, "stochastic weight averaging: ");
    }

    private static void wrong(Function<String, ?> parse, String text, String start) {
        assertThatThrownBy(() -> parse.apply(text)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(start).hasMessageNotContaining("\n");
    }
}

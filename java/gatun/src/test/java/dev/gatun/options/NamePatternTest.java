package dev.gatun.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamePatternTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            layer1.*           | layer1.0.conv1.weight | layer2.0.conv1.weight
            layer[12].*        | layer2.0.bn1.bias     | layer3.0.bn1.bias
            layer[1-3].*       | layer3.x              | layer4.x
            layer[!12].*       | layer3.x              | layer1.x
            layer?.x           | layer7.x              | layer10.x
            {conv1,bn1}.*      | bn1.weight            | bn2.weight
            fc.{weight,bias}   | fc.bias               | fc.x
            fc.weight          | fc.weight             | fcxweight
            a,b                | a,b                   | a
            !fc.*              | conv1.weight          | fc.weight
            !{a,b}.*           | c.x                   | b.x
            [a\\&&b]            | &                     | c
            *                  | anything              | ~none
            """)
    void matchesAsShellsDo(String pattern, String like, String unlike) {
        assertThat(NamePattern.of(pattern).matcher(like).matches()).isTrue();
        if (!unlike.equals("~none")) {
            assertThat(NamePattern.of(pattern).matcher(unlike).matches()).isFalse();
        }
    }

    @Test
    void noCharacterOfARegularExpressionCounts() {
        assertThat(NamePattern.of("a.b+(c|d)^$\\E").matcher("a.b+(c|d)^$\\E").matches()).isTrue();
        assertThat(NamePattern.of("[\\d]").matcher("1").matches()).isFalse();
        assertThat(NamePattern.of("[\\d]").matcher("d").matches()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"layer[12", "layer[]", "layer[!]", "[3-1]", "{a,b", "a}", "{a,{b}}"})
    void refusesWhatIsNoPattern(String pattern) {
        assertThatIllegalArgumentException().isThrownBy(() -> NamePattern.of(pattern))
                .withMessageStartingWith("'" + pattern + "' is no pattern of names: ");
    }
}

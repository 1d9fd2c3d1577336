package dev.gatun.cli.option;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuggestionsTest {
    @ParameterizedTest
    @CsvSource({"lenett, lenet", "resnet, resnet18", "lmp, mlp", "renset18, resnet18"})
    void guesses(String typed, String meant) {
        assertThat(Suggestions.didYouMean(typed, List.of("lenet", "mlp", "resnet18")))
                .isEqualTo("; did you mean " + meant + "?");
    }

    @Test
    void doesNotGuessWildly() {
        assertThat(Suggestions.didYouMean("vgg", List.of("lenet", "mlp", "resnet18"))).isEmpty();
    }
}

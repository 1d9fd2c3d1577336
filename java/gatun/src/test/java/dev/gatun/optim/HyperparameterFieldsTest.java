package dev.gatun.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatun.update.rule.AdafactorHyperparameters;
import dev.gatun.update.rule.AdamHyperparameters;
import dev.gatun.update.rule.Decay;
import dev.gatun.update.rule.MuonHyperparameters;
import dev.gatun.update.rule.SgdHyperparameters;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HyperparameterFieldsTest {
    @ParameterizedTest
    @MethodSource("dev.gatun.optim.RuleCases#all")
    void everyRuleSurvives(RuleCases rule) {
        rule.groups().forEach(group -> rule.groups().forEach(other ->
                assertThat(HyperparameterFields.read(other, HyperparameterFields.of(group))).isEqualTo(group)));
    }

    @Test
    void soDoMuonAndAdafactor() {
        MuonHyperparameters muon = MuonHyperparameters.DEFAULTS.withCoefficients(2, -1.5, 0.5).withSteps(7)
                .withAdjustment(MuonHyperparameters.Adjustment.MATCH_RMS_ADAMW)
                .withVariant(MuonHyperparameters.Momentum.CLASSIC);
        assertThat(HyperparameterFields.read(MuonHyperparameters.DEFAULTS, HyperparameterFields.of(muon)))
                .isEqualTo(muon);
        AdafactorHyperparameters adafactor = AdafactorHyperparameters.DEFAULTS.withThreshold(2).withEpsilons(0.1, 0.2);
        assertThat(HyperparameterFields.read(AdafactorHyperparameters.DEFAULTS, HyperparameterFields.of(adafactor)))
                .isEqualTo(adafactor);
    }

    @Test
    void namesAreWordsAndWhatIsMissingStays() {
        assertThat(HyperparameterFields.of(AdamHyperparameters.ADAMW)).containsEntry("learning_rate", 1e-3)
                .containsEntry("beta2", 0.999).containsEntry("weight_decay", 0.01).containsEntry("decay", "decoupled")
                .containsEntry("variant", "classic").containsEntry("direction", "minimize");
        assertThat(HyperparameterFields.read(AdamHyperparameters.ADAM,
                Map.of("decay", "decoupled", "weight_decay", 1L)))
                .isEqualTo(AdamHyperparameters.ADAM.withDecay(Decay.DECOUPLED).withWeightDecay(1));
    }

    @Test
    void whatDoesNotFitIsNamed() {
        Map<Map<String, ?>, String> wrong = Map.of(
                Map.of("beta3", 1), "adam has no hyper-parameter \"beta3\", it has [learning_rate, beta1, beta2",
                Map.of("decay", "loose"), "hyper-parameter decay cannot be loose, it is one of [coupled, decoupled]",
                Map.of("decay", 1L), "hyper-parameter decay cannot be 1",
                Map.of("beta1", "big"), "hyper-parameter beta1 cannot be big, it is a double",
                Map.of("beta1", List.of()), "hyper-parameter beta1 cannot be []",
                Map.of("beta1", 1.5), "adam: beta1 must lie in [0, 1), got 1.5");
        wrong.forEach((fields, message) -> assertThatThrownBy(
                () -> HyperparameterFields.read(AdamHyperparameters.ADAM, fields))
                .isInstanceOf(IllegalArgumentException.class).hasMessageStartingWith(message));
    }

    @Test
    void choicesAreCompared() {
        Map<String, Object> fields = HyperparameterFields.of(AdamHyperparameters.ADAM);
        assertThat(HyperparameterFields.firstDifferentChoice(AdamHyperparameters.ADAM.withLearningRate(1), fields))
                .isEmpty();
        assertThat(HyperparameterFields.firstDifferentChoice(AdamHyperparameters.ADAMW, fields)).contains("decay");
        assertThat(HyperparameterFields.firstDifferentChoice(SgdHyperparameters.DEFAULTS, Map.of())).isEmpty();
    }
}

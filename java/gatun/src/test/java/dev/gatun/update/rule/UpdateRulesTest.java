package dev.gatun.update.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatun.shape.Shape;
import dev.gatun.update.HyperparameterField;
import dev.gatun.update.Hyperparameters;
import dev.gatun.update.StateKind;
import dev.gatun.update.UpdateRule;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class UpdateRulesTest {
    @Test
    void everyNameIsThereOnceAndFindsItsOptimizer() {
        assertThat(UpdateRules.names()).doesNotHaveDuplicates().contains("sgd", "adamw", "muon");
        assertThat(UpdateRules.ALL).extracting(UpdateRule::name).doesNotHaveDuplicates();
        assertThat(UpdateRules.named("adamw").numbers()).isEqualTo(AdamHyperparameters.ADAMW);
        assertThatThrownBy(() -> UpdateRules.named("adamant")).isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("'adamant' is none of sgd, momentum, nesterov, ");
    }

    @ParameterizedTest
    @FieldSource("dev.gatun.update.rule.UpdateRules#PRESETS")
    void numbersAreOfTheRuleTheySayTheyAre(OptimizerPreset preset) {
        Hyperparameters numbers = preset.numbers();
        assertThat(numbers.optimizerName()).isEqualTo(preset.name());
        assertThat(numbers.rule().numbers()).isEqualTo(numbers.getClass());
        assertThat(numbers.rule().stateNames()).containsAll(numbers.stateNames()).doesNotHaveDuplicates();
        assertThat(numbers.rule().fields()).extracting(HyperparameterField::name)
                .contains("learning_rate", "direction");
        if (numbers.elementwiseStates()) {
            assertThat(numbers.stateShapes(Shape.of(3, 4)).keySet()).containsExactlyElementsOf(numbers.stateNames());
        }
    }

    @Test
    void aFieldIsKnownByItsNameAndAChoiceByItsWords() {
        List<HyperparameterField> fields = SgdHyperparameters.RULE.fields();
        assertThat(fields).extracting(HyperparameterField::name).containsExactly("learning_rate", "momentum",
                "dampening",
                "weight_decay", "l1", "l1_method", "variant", "direction");
        SgdHyperparameters numbers = SgdHyperparameters.DEFAULTS.withMomentum(0.5)
                .withVariant(SgdHyperparameters.Momentum.NESTEROV);
        assertThat(fields.get(1).number(numbers)).isEqualTo(0.5);
        assertThat(fields.get(1).choices()).isEmpty();
        assertThat(fields.get(6).number(numbers)).isEqualTo(1);
        assertThat(fields.get(6).of(numbers)).isEqualTo(SgdHyperparameters.Momentum.NESTEROV);
        assertThat(fields.get(6).choices()).containsExactly("classic", "nesterov", "average", "corrected_average");
        assertThat(fields.get(7).choices()).containsExactly("minimize", "maximize");
    }

    @Test
    void aStateIsOfTheKindThatItsRuleSays() {
        assertThat(AdamHyperparameters.RULE.kind("exp_avg")).isEqualTo(StateKind.SIGNED);
        assertThat(AdamHyperparameters.RULE.kind("exp_avg_sq")).isEqualTo(StateKind.NON_NEGATIVE);
        assertThatThrownBy(() -> LionHyperparameters.RULE.kind("exp_avg_sq"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("lion has no state exp_avg_sq, only [exp_avg]");
    }
}

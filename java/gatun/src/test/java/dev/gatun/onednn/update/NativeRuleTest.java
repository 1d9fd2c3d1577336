package dev.gatun.onednn.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatun.backend.Backends;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.memory.NoLeaks;
import dev.gatun.update.rule.AdabeliefHyperparameters;
import dev.gatun.update.rule.AdamHyperparameters;
import dev.gatun.update.rule.AdamaxHyperparameters;
import dev.gatun.update.rule.Direction;
import dev.gatun.update.rule.LionHyperparameters;
import dev.gatun.update.rule.RadamHyperparameters;
import dev.gatun.update.RuleFamily;
import dev.gatun.update.RuleState;
import dev.gatun.update.Scheduled;
import dev.gatun.update.rule.SgdHyperparameters;
import dev.gatun.update.UpdateRule;
import dev.gatun.update.rule.UpdateRules;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NoLeaks.class)
class NativeRuleTest {
    private final Device device = Backends.open("cpu", DeviceOptions.defaults().withThreads(1)); // loads the libraries

    @AfterEach
    void close() {
        device.close();
    }

    @Test
    void theLibraryHasEveryRuleAsItIsHere() {
        assertThat(UpdateRules.ALL).isNotEmpty().allSatisfy(rule -> assertThat(NativeRule.difference(rule)).isEmpty());
        assertThat(UpdateRules.ALL).extracting(UpdateRule::name).doesNotHaveDuplicates();
    }

    @Test
    void aRuleOfAnotherNameOrWithOtherFieldsIsRefused() {
        assertThatThrownBy(() -> NativeRule.of(UpdateRule.of("adamant", RuleFamily.ADAM, AdamHyperparameters.class)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("device cpu cannot follow adamant: the library of kernels has no rule of that name");
        assertThatThrownBy(() -> NativeRule.of(UpdateRule.of("lion", RuleFamily.SCALING, SgdHyperparameters.class,
                RuleState.signed("exp_avg"))))
                .hasMessageStartingWith(
                "device cpu cannot follow lion: its hyper-parameters are [learning_rate[], momentum[],")
                .hasMessageContaining(
                ", in the library of kernels [learning_rate[], beta1[], beta2[], weight_decay[],");
    }

    /** Their records have the same types in the same order: only names tell them apart. */
    @Test
    void rulesOfTheSameTypesAreNotTakenForEachOther() {
        assertThat(types(AdabeliefHyperparameters.RULE)).isEqualTo(types(RadamHyperparameters.RULE));
        assertThat(NativeRule.difference(UpdateRule.of("radam", RuleFamily.ADAM, AdabeliefHyperparameters.class,
                RuleState.signed("exp_avg"), RuleState.nonNegative("exp_avg_var")))).hasValueSatisfying(difference ->
                        assertThat(difference).isEqualTo("its states are [exp_avg SIGNED, exp_avg_var NON_NEGATIVE],"
                                + " in the library of kernels [exp_avg SIGNED, exp_avg_sq NON_NEGATIVE]"));
        assertThat(NativeRule.difference(UpdateRule.of("adamax", RuleFamily.ADAM, AdamaxHyperparameters.class,
                RuleState.nonNegative("exp_inf"), RuleState.signed("exp_avg")))).isPresent();
        assertThat(NativeRule.difference(UpdateRule.of("adamax", RuleFamily.ADAM, AdamaxHyperparameters.class,
                RuleState.signed("exp_avg"), RuleState.signed("exp_inf")))).isPresent();
    }

    private static Object types(UpdateRule rule) {
        return rule.fields().stream().map(field -> field.component().getType()).toList();
    }

    @Test
    void aGroupIsWrittenByName() {
        NativeRule rule = NativeRule.of(LionHyperparameters.RULE);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment group = arena.allocate(rule.group());
            LionHyperparameters numbers = LionHyperparameters.DEFAULTS.withBetas(0.5, 0.75).withLearningRate(0.25)
                    .withWeightDecay(0.125).withDirection(Direction.MAXIMIZE);
            rule.write(group, numbers);
            assertThat(group.toArray(ValueLayout.JAVA_DOUBLE)).containsExactly(0.25, 0.5, 0.75, 0.125, 0, 0, 1);
            rule.set(group, numbers, Scheduled.MOMENTUM, 0.875);
            rule.set(group, numbers, Scheduled.WEIGHT_DECAY, 1);
            assertThat(group.toArray(ValueLayout.JAVA_DOUBLE)).containsExactly(0.25, 0.875, 0.75, 1, 0, 0, 1);
            assertThat(group.getAtIndex(ValueLayout.JAVA_DOUBLE, rule.index("beta2"))).isEqualTo(0.75);
        }
        assertThatThrownBy(() -> rule.index("momentum")).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("lion has no hyper-parameter momentum");
    }
}

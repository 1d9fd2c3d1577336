package dev.gatun.onednn.update;

import dev.gatun.bindings.gatun.gatun_h;
import dev.gatun.update.HyperparameterField;
import dev.gatun.update.Hyperparameters;
import dev.gatun.update.RuleState;
import dev.gatun.update.Scheduled;
import dev.gatun.update.StateKind;
import dev.gatun.update.UpdateRule;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An update rule as the library of kernels has it: its number, and its group of hyper-parameters as an array of
 * doubles. What is where is known by name: a rule of this side whose fields, words or states differ from the library's
 * is refused, so that no two of them can be taken for each other.
 */
public final class NativeRule {
    private final UpdateRule rule;
    private final int number;
    private final List<HyperparameterField> fields;

    private NativeRule(UpdateRule rule, int number) {
        this.rule = rule;
        this.number = number;
        this.fields = rule.fields();
    }

    /**
     * The rule.
     *
     * @throws IllegalArgumentException when the library has none of that name, or has it otherwise
     */
    static NativeRule of(UpdateRule rule) {
        difference(rule).ifPresent(difference -> {
            throw new IllegalArgumentException("device cpu cannot follow " + rule + ": " + difference);
        });
        return new NativeRule(rule, number(rule));
    }

    /** In what the library's rule differs; empty where it is the same. */
    public static Optional<String> difference(UpdateRule rule) {
        int number = number(rule);
        if (number < 0) {
            return Optional.of("the library of kernels has no rule of that name");
        }
        return difference("hyper-parameters", rule.fields().stream().map(NativeRule::description).toList(),
                fields(number))
                .or(() -> difference("states", rule.states().stream().map(NativeRule::description).toList(),
                states(number)));
    }

    private static Optional<String> difference(String what, List<String> ours, List<String> theirs) {
        return ours.equals(theirs)
                ? Optional.empty()
                : Optional.of("its " + what + " are " + ours + ", in the library of kernels " + theirs);
    }

    private static int number(UpdateRule rule) {
        try (Arena arena = Arena.ofConfined()) {
            return gatun_h.gatun_find_rule(arena.allocateFrom(rule.name()));
        }
    }

    private static String description(HyperparameterField field) {
        return field.name() + field.choices();
    }

    private static String description(RuleState state) {
        return state.name() + " " + state.kind();
    }

    private static List<String> fields(int number) {
        List<String> fields = new ArrayList<>();
        for (int i = 0; !gatun_h.gatun_rule_field(number, i).equals(MemorySegment.NULL); i++) {
            String words = gatun_h.gatun_rule_choices(number, i).getString(0);
            fields.add(gatun_h.gatun_rule_field(number, i).getString(0) + "[" + words + "]");
        }
        return fields;
    }

    private static List<String> states(int number) {
        List<String> states = new ArrayList<>();
        for (int i = 0; !gatun_h.gatun_rule_state(number, i).equals(MemorySegment.NULL); i++) {
            states.add(gatun_h.gatun_rule_state(number, i).getString(0) + " "
                    + kind(gatun_h.gatun_rule_state_kind(number, i)));
        }
        return states;
    }

    private static StateKind kind(int kind) {
        return kind == gatun_h.GATUN_STATE_SIGNED() ? StateKind.SIGNED : StateKind.NON_NEGATIVE;
    }

    int number() {
        return number;
    }

    /** What errors call it. */
    String name() {
        return rule.name();
    }

    /** Names of its states in the order in which native code takes them. */
    List<String> states() {
        return rule.stateNames();
    }

    /** One group of hyper-parameters. */
    MemoryLayout group() {
        return MemoryLayout.sequenceLayout(fields.size(), ValueLayout.JAVA_DOUBLE);
    }

    /** Writes a group's hyper-parameters. */
    void write(MemorySegment group, Hyperparameters numbers) {
        for (int i = 0; i < fields.size(); i++) {
            group.setAtIndex(ValueLayout.JAVA_DOUBLE, i, fields.get(i).number(numbers));
        }
    }

    /**
     * Where a hyper-parameter is in a group.
     *
     * @throws IllegalArgumentException when the rule has none of that name
     */
    int index(String field) {
        for (int i = 0; i < fields.size(); i++) {
            if (fields.get(i).name().equals(field)) {
                return i;
            }
        }
        throw new IllegalArgumentException(rule + " has no hyper-parameter " + field);
    }

    /**
     * Changes one of a group's hyper-parameters in place. Allocates nothing.
     *
     * @param numbers the group's, which say what it is called
     */
    void set(MemorySegment group, Hyperparameters numbers, Scheduled what, double value) {
        group.setAtIndex(ValueLayout.JAVA_DOUBLE, index(what.field(numbers)), value);
    }
}

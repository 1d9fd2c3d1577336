package dev.gatun.update;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;

/**
 * An update rule: what its hyper-parameters are called, and which states it may keep.
 *
 * @param name    as native code and files have it
 * @param family  which rules it is compared with
 * @param numbers the record of its hyper-parameters
 * @param states  all that it may keep, in the order in which native code takes them
 */
public record UpdateRule(
        String name, RuleFamily family, Class<? extends Hyperparameters> numbers, List<RuleState> states) {

    public UpdateRule {
        states = List.copyOf(states);
    }

    /** A rule with states. */
    public static UpdateRule of(
            String name, RuleFamily family, Class<? extends Hyperparameters> numbers, RuleState... states) {
        return new UpdateRule(name, family, numbers, List.of(states));
    }

    /** Its hyper-parameters, in the order of the record's components. */
    public List<HyperparameterField> fields() {
        RecordComponent[] components = numbers.getRecordComponents();
        if (components == null) {
            throw new IllegalStateException(numbers + " is no record");
        }
        return Arrays.stream(components).map(HyperparameterField::new).toList();
    }

    /** Whether it has a hyper-parameter of a name. */
    boolean has(String name) {
        return fields().stream().anyMatch(field -> field.name().equals(name));
    }

    /**
     * Numbers of this rule.
     *
     * @param values of all {@link #fields}, in their order
     * @throws IllegalArgumentException when one is outside its domain
     */
    public Hyperparameters make(List<?> values) {
        Class<?>[] types = fields().stream().map(field -> field.component().getType()).toArray(Class<?>[]::new);
        try {
            return numbers.getDeclaredConstructor(types).newInstance(values.toArray());
        } catch (InvocationTargetException e) {
            throw new IllegalArgumentException(String.valueOf(e.getTargetException().getMessage()), e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot make a " + numbers, e);
        }
    }

    /**
     * The same numbers with another value of one field.
     *
     * @throws IllegalArgumentException when it is outside its domain
     */
    Hyperparameters with(Hyperparameters other, String name, Object value) {
        return make(fields().stream().map(field -> field.name().equals(name) ? value : field.of(other)).toList());
    }

    /** Names of all states that it may keep. */
    public List<String> stateNames() {
        return states.stream().map(RuleState::name).toList();
    }

    /**
     * Which numbers a state holds.
     *
     * @throws IllegalArgumentException when the rule has no such state
     */
    public StateKind kind(String state) {
        return states.stream().filter(candidate -> candidate.name().equals(state)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException(name + " has no state " + state + ", only "
                + stateNames()))
                .kind();
    }

    /** Its name. */
    @Override
    public String toString() {
        return name;
    }
}

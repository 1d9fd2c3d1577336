package dev.gatun.update;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;

/**
 * An update rule: the names of its hyper-parameters and states.
 *
 * @param name    name in native code and files
 * @param family  kind of rule
 * @param numbers record of its hyper-parameters
 * @param states  all states that it may have, in native code's order
 */
public record UpdateRule(
        String name, RuleFamily family, Class<? extends Hyperparameters> numbers, List<RuleState> states) {

    public UpdateRule {
        states = List.copyOf(states);
    }

    /** Returns a rule with the given states. */
    public static UpdateRule of(
            String name, RuleFamily family, Class<? extends Hyperparameters> numbers, RuleState... states) {
        return new UpdateRule(name, family, numbers, List.of(states));
    }

    /** Returns its hyper-parameters, in the order of the record's components. */
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
     * Creates hyper-parameters of this rule.
     *
     * @param values values of all {@link #fields}, in their order
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

    /** Returns the names of all states that it may have. */
    public List<String> stateNames() {
        return states.stream().map(RuleState::name).toList();
    }

    /**
     * Returns the range of the numbers of a state.
     *
     * @throws IllegalArgumentException when the rule has no such state
     */
    public StateKind kind(String state) {
        return states.stream().filter(candidate -> candidate.name().equals(state)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException(name + " has no state " + state + ", only "
                + stateNames()))
                .kind();
    }

    /** Returns its name. */
    @Override
    public String toString() {
        return name;
    }
}

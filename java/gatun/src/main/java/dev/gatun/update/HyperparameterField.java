package dev.gatun.update;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A hyper-parameter of a rule: a component of its record, by name.
 *
 * @param name      name in snake case, as in files and native code
 * @param component component of the record
 */
public record HyperparameterField(String name, RecordComponent component) {
    HyperparameterField(RecordComponent component) {
        this(component.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT), component);
    }

    /** Returns the words of a choice in their order, in snake case; none for a number. */
    public List<String> choices() {
        Object[] constants = component.getType().getEnumConstants();
        return constants == null
                ? List.of()
                : Arrays.stream(constants).map(choice -> ((Enum<?>) choice).name().toLowerCase(Locale.ROOT)).toList();
    }

    /** Returns its value: a number or an enum constant. */
    public Object of(Hyperparameters numbers) {
        try {
            return component.getAccessor().invoke(numbers);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot read " + component, e);
        }
    }

    /** Returns its value for native code: the index of the word for a choice. */
    @SuppressWarnings("EnumOrdinal") // the words are compared with those of the native table, in this order
    public double number(Hyperparameters numbers) {
        return switch (of(numbers)) {
            case Enum<?> choice -> Arrays.asList(component.getType().getEnumConstants()).indexOf(choice);
            case Number number -> number.doubleValue();
            case Object other -> throw new IllegalStateException(component + " is neither a number nor a choice: "
                    + other);
        };
    }
}

package dev.gatun.update;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * One hyper-parameter of a rule: a component of its record, known by name.
 *
 * @param name      in snake case, as files and native code have it
 * @param component of the record
 */
public record HyperparameterField(String name, RecordComponent component) {
    HyperparameterField(RecordComponent component) {
        this(component.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT), component);
    }

    /** The words of a choice in their order, in snake case; none for a number. */
    public List<String> choices() {
        Object[] constants = component.getType().getEnumConstants();
        return constants == null
                ? List.of()
                : Arrays.stream(constants).map(choice -> ((Enum<?>) choice).name().toLowerCase(Locale.ROOT)).toList();
    }

    /** Its value in the numbers: a number or an enum's constant. */
    public Object of(Hyperparameters numbers) {
        try {
            return component.getAccessor().invoke(numbers);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot read " + component, e);
        }
    }

    /** Its value as native code takes it: a choice as the index of its word. */
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

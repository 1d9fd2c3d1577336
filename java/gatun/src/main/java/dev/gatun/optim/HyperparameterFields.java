package dev.gatun.optim;

import dev.gatun.optim.schedule.Schedules;
import dev.gatun.update.Hyperparameters;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The hyper-parameters of any rule as plain values and back: every component of the record under its name in snake case,
 * numbers as they are, enums as words.
 */
public final class HyperparameterFields {
    private HyperparameterFields() {}

    /** All components. */
    public static Map<String, Object> of(Hyperparameters numbers) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (RecordComponent component : components(numbers)) {
            fields.put(key(component), switch (value(numbers, component)) {
                case Enum<?> choice -> Schedules.word(choice);
                case Integer count -> (long) count; // as JSON has it
                case Object number -> number;
            });
        }
        return fields;
    }

    /**
     * Reads components.
     *
     * @param otherwise the rule, and the values of components that are not there
     * @param fields    as {@link #of} made them, also after a way through JSON
     * @throws IllegalArgumentException when a key is not one of the rule's, or a value is not of its kind or domain
     */
    public static Hyperparameters read(Hyperparameters otherwise, Map<String, ?> fields) {
        RecordComponent[] components = components(otherwise);
        List<String> keys = Arrays.stream(components).map(HyperparameterFields::key).toList();
        for (String key : fields.keySet()) {
            if (!keys.contains(key)) {
                throw new IllegalArgumentException(otherwise.rule() + " has no hyper-parameter \"" + key + "\", it has " + keys);
            }
        }
        Object[] values = new Object[components.length];
        for (int i = 0; i < values.length; i++) {
            Object field = fields.get(keys.get(i));
            values[i] = field == null ? value(otherwise, components[i]) : converted(components[i], field);
        }
        return make(otherwise.getClass(), components, values);
    }

    /** The first choice, such as a variant, in which the numbers differ from what {@link #of} made of others. */
    public static Optional<String> firstDifferentChoice(Hyperparameters numbers, Map<String, ?> fields) {
        for (Map.Entry<String, Object> field : of(numbers).entrySet()) {
            Object other = fields.get(field.getKey());
            if (field.getValue() instanceof String && other != null && !other.equals(field.getValue())) {
                return Optional.of(field.getKey());
            }
        }
        return Optional.empty();
    }

    private static RecordComponent[] components(Hyperparameters numbers) {
        RecordComponent[] components = numbers.getClass().getRecordComponents();
        if (components == null) {
            throw new IllegalArgumentException(numbers.getClass() + " is no record");
        }
        return components;
    }

    private static String key(RecordComponent component) {
        return component.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    }

    private static Object value(Hyperparameters numbers, RecordComponent component) {
        try {
            return component.getAccessor().invoke(numbers);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot read " + component, e);
        }
    }

    private static Object converted(RecordComponent component, Object field) {
        Class<?> type = component.getType();
        if (type.isEnum() && field instanceof String word) {
            for (Object choice : type.getEnumConstants()) {
                if (Schedules.word((Enum<?>) choice).equals(word)) {
                    return choice;
                }
            }
        } else if (type == double.class && field instanceof Number number) {
            return number.doubleValue();
        } else if (type == int.class && field instanceof Number number && number.doubleValue() == number.intValue()) {
            return number.intValue();
        } else if (type == long.class && (field instanceof Long || field instanceof Integer)) {
            return ((Number) field).longValue();
        } else if (type == boolean.class && field instanceof Boolean) {
            return field;
        }
        throw new IllegalArgumentException("hyper-parameter " + key(component) + " cannot be " + field + ", it is "
                + (type.isEnum()
                        ? "one of " + Arrays.stream(type.getEnumConstants()).map(c -> Schedules.word((Enum<?>) c)).toList()
                        : "a " + type));
    }

    private static Hyperparameters make(
            Class<? extends Hyperparameters> type, RecordComponent[] components, Object[] values) {
        Class<?>[] types = Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            return type.getDeclaredConstructor(types).newInstance(values);
        } catch (InvocationTargetException e) {
            throw new IllegalArgumentException(String.valueOf(e.getTargetException().getMessage()), e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot make a " + type, e);
        }
    }
}

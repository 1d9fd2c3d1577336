package dev.gatun.optim;

import dev.gatun.optim.schedule.text.Schedules;
import dev.gatun.update.HyperparameterField;
import dev.gatun.update.Hyperparameters;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Converts hyper-parameters of any rule to plain values and back: every component of the record under its name in snake
 * case, numbers as they are, enums as lower-case words.
 */
public final class HyperparameterFields {
    private HyperparameterFields() {}

    /** Returns all components. */
    public static Map<String, Object> of(Hyperparameters numbers) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (HyperparameterField field : numbers.rule().fields()) {
            fields.put(field.name(), switch (field.of(numbers)) {
                case Enum<?> choice -> Schedules.word(choice);
                case Integer count -> (long) count; // as JSON has it
                case Object number -> number;
            });
        }
        return fields;
    }

    /**
     * Reads hyper-parameters.
     *
     * @param otherwise rule, and the values of missing components
     * @param fields    result of {@link #of}, possibly after a round trip through JSON
     * @throws IllegalArgumentException when a key is not one of the rule's, or a value is not of its kind or domain
     */
    public static Hyperparameters read(Hyperparameters otherwise, Map<String, ?> fields) {
        List<HyperparameterField> all = otherwise.rule().fields();
        List<String> names = all.stream().map(HyperparameterField::name).toList();
        for (String name : fields.keySet()) {
            if (!names.contains(name)) {
                throw new IllegalArgumentException(otherwise.rule() + " has no hyper-parameter \"" + name
                        + "\", it has " + names);
            }
        }
        return otherwise.rule().make(all.stream().map(field -> {
            Object value = fields.get(field.name());
            return value == null ? field.of(otherwise) : converted(field, value);
        }).toList());
    }

    /**
     * Returns the first choice, such as a variant, in which the hyper-parameters differ from the result of {@link #of}
     * for others.
     */
    public static Optional<String> firstDifferentChoice(Hyperparameters numbers, Map<String, ?> fields) {
        for (Map.Entry<String, Object> field : of(numbers).entrySet()) {
            Object other = fields.get(field.getKey());
            if (field.getValue() instanceof String && other != null && !other.equals(field.getValue())) {
                return Optional.of(field.getKey());
            }
        }
        return Optional.empty();
    }

    private static Object converted(HyperparameterField hyperparameter, Object field) {
        Class<?> type = hyperparameter.component().getType();
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
        throw new IllegalArgumentException("hyper-parameter " + hyperparameter.name() + " cannot be " + field
                + ", it is "
                + (type.isEnum()
                        ? "one of " + Arrays.stream(type.getEnumConstants()).map(c -> Schedules.word((Enum<?>) c))
                        .toList()
                        : "a " + type));
    }
}

package dev.gatun.optim.schedule;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@link ReduceOnPlateau} to and from a map under PyTorch's keys. */
record PlateauState(Map<String, ?> map) {

    static Map<String, Object> of(ReduceOnPlateau plateau) {
        PlateauOptions options = plateau.options();
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("mode", word(options.mode()));
        map.put("factor", options.factor());
        map.put("patience", options.patience());
        map.put("threshold", options.threshold());
        map.put("threshold_mode", word(options.thresholdMode()));
        map.put("cooldown", options.cooldown());
        map.put("min_lrs", plateau.mins());
        map.put("eps", options.eps());
        map.put("best", plateau.best());
        map.put("num_bad_epochs", plateau.badEpochs());
        map.put("cooldown_counter", plateau.cooldownLeft());
        map.put("last_epoch", plateau.epochs());
        map.put("_last_lr", plateau.values());
        return map;
    }

    ReduceOnPlateau restore() {
        PlateauOptions options = new PlateauOptions(choice("mode", PlateauOptions.Mode.values()), number("factor"),
                count("patience"), number("threshold"), choice("threshold_mode", PlateauOptions.Threshold.values()),
                count("cooldown"), numbers("min_lrs"), number("eps"));
        double[] values = numbers("_last_lr").stream().mapToDouble(Double::doubleValue).toArray();
        return new ReduceOnPlateau(options, values)
                .at(number("best"), count("num_bad_epochs"), count("cooldown_counter"), count("last_epoch"));
    }

    private <E extends Enum<E>> E choice(String key, E[] choices) {
        Object value = value(key);
        return Arrays.stream(choices).filter(choice -> word(choice).equals(value)).findFirst().orElseThrow(
                () -> wrong(key, "one of " + Arrays.stream(choices).map(PlateauState::word).toList(), value));
    }

    private static String word(Enum<?> choice) {
        return choice.name().toLowerCase(Locale.ROOT);
    }

    private long count(String key) {
        Object value = value(key);
        if ((value instanceof Long || value instanceof Integer) && ((Number) value).longValue() >= 0) {
            return ((Number) value).longValue();
        }
        throw wrong(key, "a whole number, at least 0", value);
    }

    private double number(String key) {
        return number(key, value(key));
    }

    private List<Double> numbers(String key) {
        if (value(key) instanceof List<?> list) {
            return list.stream().map(value -> number(key, value)).toList();
        }
        throw wrong(key, "a list of numbers", value(key));
    }

    /** JSON has no infinities: they come back as their names. */
    private static double number(String key, @Nullable Object value) {
        return switch (value) {
            case Number number -> number.doubleValue();
            case String name when List.of("Infinity", "-Infinity", "NaN").contains(name) -> Double.parseDouble(name);
            case null, default -> throw wrong(key, "a number", value);
        };
    }

    private Object value(String key) {
        Object value = map.get(key);
        if (value == null) {
            throw new IllegalArgumentException("plateau state: key " + key + " is missing");
        }
        return value;
    }

    private static IllegalArgumentException wrong(String key, String what, @Nullable Object value) {
        return new IllegalArgumentException("plateau state: " + key + " must be " + what + ", got " + value);
    }
}

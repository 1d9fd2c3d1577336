package dev.gatun.io.graph;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Plain values in which some numbers depend on the batch size. Which ones, and how, is found by comparing the values of
 * three batch sizes, so nobody has to say where a batch size hides: in the shape of an input, an extent of a reshape,
 * the factor of a mean.
 */
final class BatchTemplate {
    /** {@code {"$batch": a, "over": b, "plus": c}} is the integer {@code a * batch / b + c}. */
    private static final String BATCH = "$batch";
    private static final String OVER = "over";
    private static final String PLUS = "plus";
    /** {@code {"$inverse": a}} is the number {@code a / batch}. */
    private static final String INVERSE = "$inverse";

    private BatchTemplate() {}

    /** Two numbers cannot be told apart from a dependence that is not known here. */
    private static final class NoTemplate extends Exception {
        private static final long serialVersionUID = 1L;

        NoTemplate() {
            super("the values are no template", null, false, false);
        }
    }

    /**
     * The template of the values for the batch sizes {@code n}, {@code 2n} and {@code 3n}; empty when they differ in
     * something else than numbers, or in a way that is not known here.
     */
    static Optional<Object> of(long n, Object once, Object twice, Object thrice) {
        try {
            return Optional.of(Objects.requireNonNull(merge(n, once, twice, thrice)));
        } catch (NoTemplate e) {
            return Optional.empty();
        }
    }

    private static @Nullable Object merge(
            long n, @Nullable Object a, @Nullable Object b, @Nullable Object c) throws NoTemplate {
        if (Objects.equals(a, b) && Objects.equals(b, c)) {
            return a;
        }
        if (a instanceof Map<?, ?> first && b instanceof Map<?, ?> second && c instanceof Map<?, ?> third) {
            if (!first.keySet().equals(second.keySet()) || !first.keySet().equals(third.keySet())) {
                throw new NoTemplate();
            }
            Map<Object, @Nullable Object> merged = new LinkedHashMap<>();
            for (Map.Entry<?, ?> each : first.entrySet()) {
                Object key = each.getKey();
                merged.put(key, merge(n, each.getValue(), second.get(key), third.get(key)));
            }
            return merged;
        }
        if (a instanceof List<?> first && b instanceof List<?> second && c instanceof List<?> third) {
            if (first.size() != second.size() || first.size() != third.size()) {
                throw new NoTemplate();
            }
            List<@Nullable Object> merged = new ArrayList<>();
            for (int i = 0; i < first.size(); i++) {
                merged.add(merge(n, first.get(i), second.get(i), third.get(i)));
            }
            return merged;
        }
        if (a instanceof Long first && b instanceof Long second && c instanceof Long third) {
            return integer(n, first, second, third);
        }
        if (a instanceof Number first && b instanceof Number second && c instanceof Number third) {
            return inverse(n, first.doubleValue(), second.doubleValue(), third.doubleValue());
        }
        throw new NoTemplate();
    }

    private static Object integer(long n, long a, long b, long c) throws NoTemplate {
        long slope = b - a; // for n more
        if (c - b != slope) {
            throw new NoTemplate();
        }
        long divisor = gcd(Math.abs(slope), n);
        Map<String, Object> number = new LinkedHashMap<>();
        number.put(BATCH, slope / divisor);
        number.put(OVER, n / divisor);
        number.put(PLUS, a - slope);
        return number;
    }

    private static Object inverse(long n, double a, double b, double c) throws NoTemplate {
        for (double factor : new double[] {Math.rint(a * n), a * n}) {
            if (factor / n == a && factor / (2 * n) == b && factor / (3 * n) == c) {
                return Map.of(INVERSE, factor);
            }
        }
        throw new NoTemplate();
    }

    private static long gcd(long a, long b) {
        return b == 0 ? a : gcd(b, a % b);
    }

    /**
     * The values for a batch size.
     *
     * @throws IllegalArgumentException when a number is not one, or has no integer value for this batch size
     */
    static @Nullable Object fill(@Nullable Object template, long batch) {
        if (template instanceof Map<?, ?> map) {
            if (map.containsKey(BATCH)) {
                return integer(map, batch);
            }
            if (map.containsKey(INVERSE)) {
                return number(map.get(INVERSE)) / batch;
            }
            Map<Object, @Nullable Object> filled = new LinkedHashMap<>();
            map.forEach((key, value) -> filled.put(key, fill(value, batch)));
            return filled;
        }
        if (template instanceof List<?> list) {
            List<@Nullable Object> filled = new ArrayList<>();
            list.forEach(element -> filled.add(fill(element, batch)));
            return filled;
        }
        return template;
    }

    private static long integer(Map<?, ?> map, long batch) {
        if (!(map.get(BATCH) instanceof Long factor && map.get(OVER) instanceof Long over && over > 0
                && map.get(PLUS) instanceof Long plus)) {
            throw new IllegalArgumentException("a number that depends on the batch size is " + map);
        }
        try {
            long product = Math.multiplyExact(factor, batch);
            if (product % over != 0) {
                throw new IllegalArgumentException(
                        "the model takes batches of a multiple of " + over / gcd(Math.abs(factor), over) + " only, not "
                        + batch);
            }
            return Math.addExact(product / over, plus);
        } catch (ArithmeticException e) { // its own message is lost where the JVM has compiled the method
            throw new IllegalArgumentException("a number that depends on the batch size overflows at " + batch + ": "
                    + map, e);
        }
    }

    private static double number(@Nullable Object value) {
        if (value instanceof Number number) {
            return number.doubleValue();
        }
        throw new IllegalArgumentException("a number that depends on the batch size is " + value);
    }
}

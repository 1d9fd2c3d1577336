package dev.gatun.compress.sparse;

import dev.gatun.compress.sparse.SparsityOptions.Ramp;
import dev.gatun.compress.sparse.SparsityOptions.Scope;
import dev.gatun.options.Suggestion;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** {@link SparsityOptions} as text and back. */
final class SparsityText {
    private static final String FORM = "write it as magnitude,sparsity=0.9,scope=global,from=10%,to=60%";
    private static final List<String> KEYS =
            List.of("sparsity", "scope", "pattern", "ramp", "from", "to", "times", "ignore", "seed");

    private SparsityText() {}

    static String of(SparsityOptions options) {
        SparsityOptions usual = SparsityOptions.defaults();
        List<String> parts = new ArrayList<>(List.of(options.criterion().word()));
        if (options.criterion() != SparsityCriterion.ZEROS) {
            if (options.pattern() == null) {
                parts.add("sparsity=" + number(options.sparsity()));
                parts.add("scope=" + word(options.scope()));
                parts.add("ramp=" + word(options.ramp()));
            } else {
                parts.add("pattern=" + options.pattern().text());
            }
            parts.add("from=" + number(100 * options.from()) + "%");
            parts.add("to=" + number(100 * options.to()) + "%");
            if (options.times() != usual.times()) {
                parts.add("times=" + options.times());
            }
            if (options.seed() != usual.seed()) {
                parts.add("seed=" + options.seed());
            }
        }
        if (!options.ignored().isEmpty()) {
            parts.add("ignore=" + String.join("|", options.ignored()));
        }
        return String.join(",", parts);
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static String number(double value) {
        return BigDecimal.valueOf(value).round(new MathContext(15)).stripTrailingZeros().toPlainString();
    }

    static SparsityOptions parse(String text) {
        String[] parts = text.strip().split(",", -1);
        SparsityCriterion criterion = criterion(parts[0]);
        SparsityOptions options = criterion == SparsityCriterion.ZEROS ? SparsityOptions.zeros()
                : SparsityOptions.defaults().withCriterion(criterion);
        Set<String> seen = new HashSet<>();
        double from = options.from();
        double to = options.to();
        for (String part : Arrays.asList(parts).subList(1, parts.length)) {
            int equals = part.indexOf('=');
            String key = equals < 0 ? part : part.substring(0, equals);
            String value = part.substring(equals + 1);
            if (!KEYS.contains(key) || equals < 0) {
                throw new IllegalArgumentException("sparsity: there is no \"" + key + "\""
                        + Suggestion.of(key, KEYS) + " " + FORM);
            }
            if (!seen.add(key)) {
                throw new IllegalArgumentException("sparsity: \"" + key + "\" is given twice");
            }
            switch (key) {
                case "from" -> from = percent(key, value);
                case "to" -> to = percent(key, value);
                default -> options = with(options, key, value);
            }
        }
        if (seen.contains("pattern") && seen.contains("sparsity")) {
            throw new IllegalArgumentException("sparsity: a pattern has its own share of zeros: leave out sparsity");
        }
        if (seen.contains("from") && !seen.contains("to")) {
            to = Math.max(from, to);
        }
        return options.withFrom(0).withTo(to).withFrom(from);
    }

    private static SparsityCriterion criterion(String word) {
        if (word.equals("l1")) {
            return SparsityCriterion.MAGNITUDE; // of a single weight
        }
        for (SparsityCriterion criterion : SparsityCriterion.values()) {
            if (criterion.word().equals(word)) {
                return criterion;
            }
        }
        List<String> words = Arrays.stream(SparsityCriterion.values()).map(SparsityCriterion::word).toList();
        throw new IllegalArgumentException("sparsity: there is no criterion \"" + word + "\""
                + Suggestion.of(word, words) + " " + FORM);
    }

    private static SparsityOptions with(SparsityOptions options, String key, String value) {
        return switch (key) {
            case "sparsity" -> options.withSparsity(decimal(key, value));
            case "scope" -> options.withScope(choice(key, value, Scope.values()));
            case "pattern" -> options.withPattern(SparsityPattern.parse(value));
            case "ramp" -> options.withRamp(choice(key, value, Ramp.values()));
            case "times" -> options.withTimes((int) whole(key, value));
            case "seed" -> options.withSeed(whole(key, value));
            case "ignore" -> options.withIgnored(List.of(value.split("\\|", -1)));
            default -> throw new IllegalStateException(key);
        };
    }

    private static <T extends Enum<T>> T choice(String key, String value, T[] choices) {
        for (T choice : choices) {
            if (word(choice).equals(value)) {
                return choice;
            }
        }
        throw new IllegalArgumentException("sparsity: " + key + " is one of "
                + Arrays.stream(choices).map(SparsityText::word).toList() + ", not \"" + value + "\"");
    }

    private static double percent(String key, String value) {
        if (!value.endsWith("%")) {
            throw new IllegalArgumentException("sparsity: " + key + " is a share of the run, as 10%, not \"" + value
                    + "\"");
        }
        return BigDecimal.valueOf(decimal(key, value.substring(0, value.length() - 1))).movePointLeft(2).doubleValue();
    }

    private static double decimal(String key, String value) {
        if (!value.matches("\\d{1,9}(\\.\\d{1,17})?([eE]-?\\d{1,2})?")) {
            throw new IllegalArgumentException("sparsity: " + key + " is a number, not \"" + value + "\"; " + FORM);
        }
        return Double.parseDouble(value);
    }

    private static long whole(String key, String value) {
        if (!value.matches("\\d{1,9}")) {
            throw new IllegalArgumentException("sparsity: " + key + " is a whole number, not \"" + value + "\"");
        }
        return Long.parseLong(value);
    }
}

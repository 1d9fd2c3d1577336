package dev.gatun.cli.run;

import dev.gatun.io.RunFolderException;
import dev.gatun.io.json.Json;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of a JSON object from a file that anybody may have edited: each by its name and domain, and none
 * besides.
 */
final class JsonFields {
    private static final String REMEDY = ": repair the file or start a new run";

    private final Map<String, Object> json;
    private final Path file;
    private final String prefix;
    private final Set<String> known = new HashSet<>();

    JsonFields(Map<String, Object> json, Path file) {
        this(json, file, "");
    }

    private JsonFields(Map<String, Object> json, Path file, String prefix) {
        this.json = json;
        this.file = file;
        this.prefix = prefix;
    }

    String text(String key) {
        if (value(key) instanceof String text) {
            return text;
        }
        throw invalid(key, "a text");
    }

    List<String> texts(String key) {
        if (value(key) instanceof List<?> list && list.stream().allMatch(String.class::isInstance)) {
            return list.stream().map(String.class::cast).toList();
        }
        throw invalid(key, "a list of texts");
    }

    /** Any whole number of 64 bits. */
    long number(String key) {
        return number(key, Long.MIN_VALUE, Long.MAX_VALUE);
    }

    long number(String key, long least, long most) {
        if (value(key) instanceof Long number && number >= least && number <= most) {
            return number;
        }
        throw invalid(key, "a whole number from " + least + " to " + most);
    }

    int count(String key, int least) {
        return count(key, least, Integer.MAX_VALUE);
    }

    int count(String key, int least, int most) {
        return (int) number(key, least, most);
    }

    /** A number that is finite, also in f32. */
    double decimal(String key) {
        if (value(key) instanceof Number number && Float.isFinite((float) number.doubleValue())) {
            return number.doubleValue();
        }
        throw invalid(key, "a number within the range of f32");
    }

    /** An object whose fields somebody else knows. */
    @SuppressWarnings("unchecked") // JSON has no other maps
    Map<String, Object> object(String key) {
        if (value(key) instanceof Map<?, ?> object) {
            return (Map<String, Object>) object;
        }
        throw invalid(key, "an object");
    }

    /** The fields of an object, which are all that it has. */
    <T> T fields(String key, Function<JsonFields, T> read) {
        JsonFields fields = new JsonFields(object(key), file, prefix + key + ".");
        return fields.complete(() -> read.apply(fields));
    }

    <E extends Enum<E>> E word(String key, Class<E> type) {
        return parsed(key, word -> Enum.valueOf(type, word.toUpperCase(Locale.ROOT)),
                "one of " + List.of(type.getEnumConstants()).toString().toLowerCase(Locale.ROOT));
    }

    boolean has(String key) {
        known.add(key);
        return json.containsKey(key);
    }

    /** What a text stands for. */
    <T> T parsed(String key, Function<String, T> parse) {
        try {
            return parse.apply(text(key));
        } catch (IllegalArgumentException e) {
            throw new RunFolderException(problem(key, String.valueOf(e.getMessage())), e);
        }
    }

    private <T> T parsed(String key, Function<String, T> parse, String domain) {
        try {
            return parse.apply(text(key));
        } catch (IllegalArgumentException e) {
            throw new RunFolderException(problem(key, "it is " + domain), e);
        }
    }

    /** Runs what reads all fields and checks them against each other. */
    <T> T complete(Supplier<T> values) {
        T read;
        try {
            read = values.get();
        } catch (IllegalArgumentException e) {
            throw new RunFolderException(file + ": " + e.getMessage() + REMEDY, e);
        }
        for (String key : json.keySet()) {
            if (!known.contains(key)) {
                throw new RunFolderException(file + ": it has the unknown field " + quoted(key) + REMEDY);
            }
        }
        return read;
    }

    private @Nullable Object value(String key) {
        known.add(key);
        return json.get(key);
    }

    private RunFolderException invalid(String key, String domain) {
        return new RunFolderException(problem(key, "it is " + domain));
    }

    private String problem(String key, String why) {
        return file + ": it has " + (json.containsKey(key)
                ? "no valid " + quoted(key) + " (" + Json.shorten(String.valueOf(json.get(key))) + ")" + REMEDY + " ("
                        + why + ")"
                : "no " + quoted(key) + REMEDY);
    }

    private String quoted(String key) {
        return "\"" + Json.shorten(prefix + key) + "\"";
    }
}

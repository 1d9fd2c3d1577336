package dev.gatun.cli.run;

import dev.gatun.io.json.Json;
import dev.gatun.io.RunFolderException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/** Reads the fields of a JSON object from a file that anybody may have edited. */
record JsonFields(Map<String, Object> json, Path file) {
    String text(String key) {
        if (json.get(key) instanceof String text) {
            return text;
        }
        throw invalid(key);
    }

    List<String> texts(String key) {
        if (json.get(key) instanceof List<?> list && list.stream().allMatch(String.class::isInstance)) {
            return list.stream().map(String.class::cast).toList();
        }
        throw invalid(key);
    }

    /** Checks that a field has the only value that is known. */
    void text(String wanted, String key) {
        if (!text(key).equals(wanted)) {
            throw invalid(key);
        }
    }

    long number(String key) {
        if (json.get(key) instanceof Long number) {
            return number;
        }
        throw invalid(key);
    }

    int count(String key, int least) {
        long number = number(key);
        if (number < least || number > Integer.MAX_VALUE) {
            throw invalid(key);
        }
        return (int) number;
    }

    double decimal(String key) {
        if (json.get(key) instanceof Number number) {
            return Json.asDouble(number);
        }
        throw invalid(key);
    }

    @SuppressWarnings("unchecked") // JSON has no other maps
    Map<String, Object> object(String key) {
        if (json.get(key) instanceof Map<?, ?> object) {
            return (Map<String, Object>) object;
        }
        throw invalid(key);
    }

    <E extends Enum<E>> E word(String key, Class<E> type) {
        String word = text(key);
        try {
            return Enum.valueOf(type, word.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new RunFolderException(problem(key), e);
        }
    }

    boolean has(String key) {
        return json.containsKey(key);
    }

    /** What a text stands for. */
    <T> T parsed(String key, Function<String, T> parse) {
        try {
            return parse.apply(text(key));
        } catch (IllegalArgumentException e) {
            throw new RunFolderException(problem(key) + " (" + e.getMessage() + ")", e);
        }
    }

    /** Runs what checks the values against each other. */
    <T> T checked(Supplier<T> values) {
        try {
            return values.get();
        } catch (IllegalArgumentException e) {
            throw new RunFolderException(file + ": " + e.getMessage() + ": repair the file or start a new run", e);
        }
    }

    private RunFolderException invalid(String key) {
        return new RunFolderException(problem(key));
    }

    private String problem(String key) {
        String found = has(key) ? "no valid \"" + key + "\" (" + json.get(key) + ")" : "no \"" + key + "\"";
        return file + ": it has " + found + ": repair the file or start a new run";
    }
}

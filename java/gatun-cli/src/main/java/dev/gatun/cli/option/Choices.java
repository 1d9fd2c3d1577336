package dev.gatun.cli.option;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Converters of option values that are words or have a syntax of their own. */
public final class Choices {
    private Choices() {}

    /** Returns the words for an enum: its names in lower case. */
    public static List<String> words(Class<? extends Enum<?>> type) {
        return Arrays.stream(type.getEnumConstants()).map(Choices::word).toList();
    }

    /** Returns the word for an enum constant. */
    public static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /** Returns a converter of the words for an enum. */
    public static <E extends Enum<E>> ITypeConverter<E> converter(Class<E> type) {
        return typed -> {
            for (E constant : type.getEnumConstants()) {
                if (word(constant).equals(typed.toLowerCase(Locale.ROOT))) {
                    return constant;
                }
            }
            throw new TypeConversionException(unknown(typed, words(type)));
        };
    }

    /** Returns a converter of names from a list. */
    public static <T> ITypeConverter<T> named(List<String> names, Function<String, T> named) {
        return typed -> {
            String word = typed.toLowerCase(Locale.ROOT);
            if (!names.contains(word)) {
                throw new TypeConversionException(unknown(typed, names));
            }
            return named.apply(word);
        };
    }

    /** Returns a converter that calls a parser whose messages are complete. */
    public static <T> ITypeConverter<T> parsed(Function<String, T> parse) {
        return typed -> {
            try {
                return parse.apply(typed);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        };
    }

    /** Returns the message {@code 'lenett' is none of lenet, mlp, resnet18; did you mean lenet?}. */
    public static String unknown(String typed, List<String> known) {
        return "'" + typed + "' is none of " + String.join(", ", known)
                + Suggestions.didYouMean(typed.toLowerCase(Locale.ROOT), known);
    }
}

package dev.gatun.cli.option;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Options whose value is a word or another text of its own form. */
public final class Choices {
    private Choices() {}

    /** The words for an enum: its names in lower case. */
    public static List<String> words(Class<? extends Enum<?>> type) {
        return Arrays.stream(type.getEnumConstants()).map(Choices::word).toList();
    }

    /** The word for an enum constant. */
    public static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /** Reads a word. */
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

    /** Reads one of some names. */
    public static <T> ITypeConverter<T> named(List<String> names, Function<String, T> named) {
        return typed -> {
            String word = typed.toLowerCase(Locale.ROOT);
            if (!names.contains(word)) {
                throw new TypeConversionException(unknown(typed, names));
            }
            return named.apply(word);
        };
    }

    /** Reads what a parser reads that explains itself. */
    public static <T> ITypeConverter<T> parsed(Function<String, T> parse) {
        return typed -> {
            try {
                return parse.apply(typed);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        };
    }

    /** {@code 'lenett' is none of lenet, mlp, resnet18; did you mean lenet?}. */
    public static String unknown(String typed, List<String> known) {
        return "'" + typed + "' is none of " + String.join(", ", known)
                + Suggestions.didYouMean(typed.toLowerCase(Locale.ROOT), known);
    }
}

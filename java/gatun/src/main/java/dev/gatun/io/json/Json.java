package dev.gatun.io.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import dev.gatun.io.file.RegularFile;
import dev.gatun.io.file.StorageException;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.CharacterCodingException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes JSON as plain values: {@link Map} with string keys, {@link List}, {@link String}, {@link Number},
 * {@link Boolean} and null. Keys keep their order. Reading gives {@link java.util.LinkedHashMap},
 * {@link java.util.ArrayList}, {@link Long} (or {@link BigInteger} beyond 64 bits) and {@link Double}.
 *
 * <p>JSON has no NaN or infinity. They are written as the strings {@code "NaN"}, {@code "Infinity"} and
 * {@code "-Infinity"}, so that a diverged loss stays visible and nothing is lost; {@link #asDouble} reads them back.
 */
public final class Json {
    private static final int MOST_BYTES = 64 << 20;
    private static final JsonFactory FACTORY = new JsonFactory();
    private static final Separators SEPARATORS = Separators.createDefaultInstance()
            .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
            .withObjectEmptySeparator("")
            .withArrayEmptySeparator("");

    private Json() {}

    /**
     * Returns a value as JSON on one line, without spaces.
     *
     * @throws IllegalArgumentException when the value holds something other than plain values, or holds itself
     */
    public static String write(@Nullable Object value) {
        return text(value, false);
    }

    /**
     * Returns a value as JSON on several lines with two spaces of indentation, ending with a line feed. Throws as
     * {@link #write} does.
     */
    public static String pretty(@Nullable Object value) {
        return text(value, true) + "\n";
    }

    /**
     * Parses one value.
     *
     * @param source name of the text in messages, such as a file name
     * @throws JsonException when the text is not exactly one JSON value, or an object has the same key twice
     */
    public static @Nullable Object parse(String text, String source) {
        return new JsonReader(new StringReader(text), source).read();
    }

    /** What is done with an entry of an object. */
    @FunctionalInterface
    public interface EntryAction {
        /** Takes an entry; false where there was one of that key before. */
        boolean accept(String key, @Nullable Object value);
    }

    /**
     * Reads an object entry by entry, so that no more than one of them is in memory.
     *
     * @param source what to call the text in a message
     * @param most   values, those inside of others included, that one entry may have
     * @throws JsonException when the text is not exactly one object, an entry has more values, or a key appears twice;
     *                       its cause is that of the text where this cannot be read
     */
    public static void parseEntries(Reader text, String source, long most, EntryAction action) {
        new JsonReader(text, source).readEntries(most, action);
    }

    /** Parses one object; otherwise as {@link #parse}. */
    @SuppressWarnings("unchecked") // the reader makes no other maps
    public static Map<String, Object> parseObject(String text, String source) {
        if (parse(text, source) instanceof Map<?, ?> map) {
            return (Map<String, Object>) map;
        }
        throw new JsonException(source + ": line 1, column 1: expected an object: {...}");
    }

    /** Reads the object in a UTF-8 file of at most 64 MiB, also behind a link. */
    public static Map<String, Object> readObject(Path file) {
        return readObject(file, MOST_BYTES);
    }

    /**
     * Reads the object in a UTF-8 file.
     *
     * @param most  the most bytes that the file may have
     * @param links whether a symbolic link is refused
     * @throws StorageException when the file cannot be read, is no regular file, or has more bytes
     * @throws JsonException    when it holds anything but one object
     */
    public static Map<String, Object> readObject(Path file, int most, LinkOption... links) {
        String text;
        try {
            text = RegularFile.text(file, most, links);
        } catch (CharacterCodingException e) {
            throw new JsonException(file + ": not UTF-8 text: save it as UTF-8", e);
        } catch (IOException e) {
            throw StorageException.reading(file, e);
        }
        return parseObject(text, file.toString());
    }

    /**
     * Returns a number as written by this class, non-finite values included.
     *
     * @throws IllegalArgumentException when the value is neither a number nor the name of a non-finite one
     */
    public static double asDouble(@Nullable Object value) {
        return switch (value) {
            case Number number -> number.doubleValue();
            case String s when s.equals("NaN") -> Double.NaN;
            case String s when s.equals("Infinity") -> Double.POSITIVE_INFINITY;
            case String s when s.equals("-Infinity") -> Double.NEGATIVE_INFINITY;
            case null, default -> throw new IllegalArgumentException("not a number: " + value);
        };
    }

    /** Returns a deep copy of maps and lists of plain values. */
    public static Map<String, Object> copy(Map<String, Object> map) {
        Map<String, Object> copy = new LinkedHashMap<>();
        map.forEach((key, value) -> copy.put(key, copyOf(value)));
        return copy;
    }

    private static Object copyOf(Object value) {
        return switch (value) {
            case Map<?, ?> map -> {
                Map<Object, Object> copy = new LinkedHashMap<>();
                map.forEach((key, each) -> copy.put(key, copyOf(each)));
                yield copy;
            }
            case List<?> list -> list.stream().map(Json::copyOf).toList();
            default -> value;
        };
    }

    private static String text(@Nullable Object value, boolean pretty) {
        StringWriter text = new StringWriter();
        try (JsonGenerator generator = FACTORY.createGenerator(text)) {
            if (pretty) {
                // A printer counts its nesting, so each text needs its own; its lines end alike on every platform.
                generator.setPrettyPrinter(new DefaultPrettyPrinter(SEPARATORS)
                        .withObjectIndenter(new DefaultIndenter("  ", "\n")));
            }
            write(generator, value);
        } catch (IOException e) {
            // Memory does not fail: what is left are the generator's own limits, such as the depth of nesting.
            throw new IllegalArgumentException("cannot be written as JSON: " + e.getMessage(), e);
        }
        return text.toString();
    }

    private static void write(JsonGenerator generator, @Nullable Object value) throws IOException {
        switch (value) {
            case null -> generator.writeNull();
            case String string -> generator.writeString(string);
            case Boolean bool -> generator.writeBoolean(bool);
            case Double number -> generator.writeNumber(number); // quoted by the generator when not finite
            case Float number -> generator.writeNumber(number);
            case BigInteger number -> generator.writeNumber(number);
            case BigDecimal number -> generator.writeNumber(number);
            case Long _, Integer _, Short _, Byte _ -> generator.writeNumber(((Number) value).longValue());
            case Map<?, ?> map -> {
                generator.writeStartObject();
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    if (!(entry.getKey() instanceof String key)) {
                        throw new IllegalArgumentException("not a string as a JSON key: " + entry.getKey());
                    }
                    generator.writeFieldName(key);
                    write(generator, entry.getValue());
                }
                generator.writeEndObject();
            }
            case List<?> list -> {
                generator.writeStartArray();
                for (Object element : list) {
                    write(generator, element);
                }
                generator.writeEndArray();
            }
            default -> throw new IllegalArgumentException("JSON has no " + value.getClass().getName() + ": " + value
                    + "; write it as a string or a number");
        }
    }

    /** Truncates a text of a damaged file, so that a message stays one line. */
    public static String shorten(String text) {
        return text.length() <= 200 ? text : text.substring(0, 197) + "...";
    }
}

package dev.gatun.io.json;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads one JSON value from a text. */
final class JsonReader {
    // Without the shared table of names: it fails in its own way when a hostile text fills it with collisions.
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .build();

    private final Reader text;
    private final String source;
    /** Values that may still be read. */
    private long left = Long.MAX_VALUE;

    JsonReader(Reader text, String source) {
        this.text = text;
        this.source = source;
    }

    @Nullable Object read() {
        return read(this::value);
    }

    /**
     * Reads an object entry by entry, none of which is kept.
     *
     * @param most values, those inside of others included, that an entry may have
     */
    void readEntries(long most, Json.EntryAction action) {
        read(parser -> {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                throw fault(parser.currentTokenLocation(), "expected an object: {...}", null);
            }
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String key = parser.currentName();
                JsonLocation at = parser.currentTokenLocation();
                parser.nextToken();
                left = most;
                if (!action.accept(key, value(parser))) {
                    throw twice(key, at);
                }
            }
            return null;
        });
    }

    /** What is made of a parser that stands at a value's first token. */
    private interface Parsing {
        @Nullable Object of(JsonParser parser) throws IOException;
    }

    private @Nullable Object read(Parsing parsing) {
        try (JsonParser parser = FACTORY.createParser(text)) {
            try {
                if (parser.nextToken() == null) {
                    throw fault(parser.currentLocation(), "empty, a JSON value is expected", null);
                }
                Object value = parsing.of(parser);
                if (parser.nextToken() != null) {
                    throw fault(parser.currentTokenLocation(), "more text after the JSON value", null);
                }
                return value;
            } catch (JacksonException e) {
                JsonLocation location = e.getLocation(); // none when one of the parser's own limits is passed
                throw fault(location == null ? parser.currentLocation() : location, e.getOriginalMessage(), e);
            }
        } catch (IOException e) {
            throw fault(JsonLocation.NA, String.valueOf(e.getMessage()), e);
        }
    }

    private @Nullable Object value(JsonParser parser) throws IOException {
        if (--left < 0) {
            throw fault(parser.currentTokenLocation(), "more values in one entry than anything needs", null);
        }
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(parser);
            case START_ARRAY -> array(parser);
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT -> integer(parser);
            case VALUE_NUMBER_FLOAT -> decimal(parser);
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            default -> throw fault(parser.currentTokenLocation(), "unexpected " + parser.currentToken(), null);
        };
    }

    private static Number integer(JsonParser parser) throws IOException {
        return parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                ? parser.getBigIntegerValue() : (Number) parser.getLongValue();
    }

    private Double decimal(JsonParser parser) throws IOException {
        double number = parser.getDoubleValue();
        if (!Double.isFinite(number)) {
            throw fault(parser.currentTokenLocation(), "number beyond the range of a double", null);
        }
        return number;
    }

    private Map<String, @Nullable Object> object(JsonParser parser) throws IOException {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            if (map.containsKey(key)) {
                throw twice(key, parser.currentTokenLocation());
            }
            parser.nextToken();
            map.put(key, value(parser));
        }
        return map;
    }

    private List<@Nullable Object> array(JsonParser parser) throws IOException {
        List<@Nullable Object> list = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            list.add(value(parser));
        }
        return list;
    }

    private JsonException twice(String key, JsonLocation at) {
        return fault(at, "the key " + Json.shorten(Json.write(key)) + " appears twice", null);
    }

    private JsonException fault(JsonLocation at, String cause, @Nullable Exception exception) {
        String place = at.getLineNr() < 1 ? "" : "line " + at.getLineNr() + ", column " + at.getColumnNr() + ": ";
        String message = source + ": " + place + Json.shorten(cause.replaceAll("[\\p{Cntrl}\\s]+", " ").strip());
        return exception == null ? new JsonException(message) : new JsonException(message, exception);
    }
}

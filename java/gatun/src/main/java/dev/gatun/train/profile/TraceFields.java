package dev.gatun.train.profile;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An object of a trace. Its fields are checked as they are read: {@link IllegalArgumentException} says the fault. */
record TraceFields(Map<?, ?> map) {
    private static IllegalArgumentException missing(String key, String type) {
        return new IllegalArgumentException("damaged: no " + type + " \"" + key + "\"");
    }

    private @Nullable Object value(String key) {
        return map.get(key);
    }

    boolean isText(String key, String text) {
        return text.equals(value(key));
    }

    String text(String key) {
        if (value(key) instanceof String text) {
            return text;
        }
        throw missing(key, "text");
    }

    long count(String key) {
        if (value(key) instanceof Long number && number >= 0) {
            return number;
        }
        throw missing(key, "count");
    }

    double number(String key) {
        if (value(key) instanceof Number number && Double.isFinite(number.doubleValue())
                && number.doubleValue() >= 0) {
            return number.doubleValue();
        }
        throw missing(key, "number");
    }

    TraceFields object(String key) {
        if (value(key) instanceof Map<?, ?> object) {
            return new TraceFields(object);
        }
        throw missing(key, "object");
    }

    List<TraceFields> objects(String key) {
        if (!(value(key) instanceof List<?> list)) {
            throw missing(key, "list");
        }
        List<TraceFields> objects = new ArrayList<>();
        for (Object each : list) {
            if (!(each instanceof Map<?, ?> object)) {
                throw missing(key, "list of objects");
            }
            objects.add(new TraceFields(object));
        }
        return objects;
    }
}

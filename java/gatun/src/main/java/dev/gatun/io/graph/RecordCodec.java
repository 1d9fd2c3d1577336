package dev.gatun.io.graph;

import dev.gatun.graph.Initializer;
import dev.gatun.io.json.Json;
import dev.gatun.shape.Shape;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Converts records to plain values and back, by the names and types of their components, so that new operations need no
 * code here. Components may be numbers, strings, booleans, enums, shapes, records, lists of these, or null; a value of
 * a sealed type is stored with the name of its record or enum. Reading creates instances of the declared types only.
 */
public final class RecordCodec {
    private static final String KIND = "kind";
    private static final String VALUE = "value";

    /** The beginning of a variable that is read: its values lie beside the description. */
    private static final Initializer FROM_FILE = (values, _, _) -> Arrays.fill(values, 0);

    private RecordCodec() {}

    /** A record's components by name. */
    static Map<String, @Nullable Object> write(Record record) {
        Map<String, @Nullable Object> components = new LinkedHashMap<>();
        for (RecordComponent component : record.getClass().getRecordComponents()) {
            if (component.getType() != Initializer.class) {
                components.put(component.getName(), write(component.getGenericType(), get(record, component)));
            }
        }
        return components;
    }

    /**
     * Converts a record of a sealed type, with the name of its class.
     *
     * @param sealed the type that {@link #readOne} is called with
     */
    public static <T> Object writeOne(Class<T> sealed, T value) {
        return Objects.requireNonNull(write(sealed, value));
    }

    /**
     * Reads the result of {@link #writeOne}.
     *
     * @throws IllegalArgumentException when it is none of the type's
     */
    public static <T> T readOne(Class<T> sealed, @Nullable Object written) {
        return sealed.cast(Objects.requireNonNull(read(sealed, written, name(sealed))));
    }

    private static @Nullable Object get(Record record, RecordComponent component) {
        try {
            component.getAccessor().setAccessible(true); // records need not be public
            return component.getAccessor().invoke(record);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("cannot read " + component + " of " + record, e);
        }
    }

    private static @Nullable Object write(Type type, @Nullable Object value) {
        return switch (value) {
            case null -> null;
            case Long _, Integer _, Short _, Byte _ -> ((Number) value).longValue();
            case Double _, Float _, Boolean _, String _ -> value;
            case Shape shape -> Arrays.stream(shape.extents()).boxed().toList();
            case List<?> list -> {
                List<@Nullable Object> written = new ArrayList<>();
                list.forEach(element -> written.add(write(argument(type), element)));
                yield written;
            }
            case Enum<?> constant -> kind(type, constant.getDeclaringClass(), constant.name());
            case Record record -> kind(type, record.getClass(), write(record));
            default -> throw new IllegalArgumentException("a component of the type " + value.getClass().getName()
                    + " has no form in a description: " + value);
        };
    }

    /** What is declared as a sealed type says what it is. */
    private static Object kind(Type declared, Class<?> actual, Object written) {
        if (declared == actual) {
            return written;
        }
        Map<String, @Nullable Object> named = new LinkedHashMap<>(); // in the same order in every process
        named.put(KIND, name(actual));
        named.put(VALUE, written);
        return named;
    }

    /** The records and enums of a sealed type, by name. */
    static Map<String, Class<?>> kinds(Class<?> sealed) {
        Map<String, Class<?>> kinds = new LinkedHashMap<>();
        if (sealed.isSealed() && !sealed.isEnum()) {
            for (Class<?> each : sealed.getPermittedSubclasses()) {
                kinds.putAll(kinds(each));
            }
        } else {
            kinds.put(name(sealed), sealed);
        }
        return kinds;
    }

    static String name(Class<?> type) {
        return type.getSimpleName();
    }

    /**
     * The record of the given components.
     *
     * @throws IllegalArgumentException when they are not those of the type, or it refuses them
     */
    static <T extends Record> T read(Class<T> type, @Nullable Object written) {
        Map<?, ?> values = map(written, name(type));
        RecordComponent[] components = type.getRecordComponents();
        Set<Object> unknown = new TreeSet<>(values.keySet());
        Class<?>[] types = new Class<?>[components.length];
        @Nullable Object[] arguments = new @Nullable Object[components.length];
        for (int i = 0; i < components.length; i++) {
            String name = components[i].getName();
            types[i] = components[i].getType();
            if (types[i] == Initializer.class) {
                arguments[i] = FROM_FILE;
                continue;
            }
            if (!unknown.remove(name)) {
                throw new IllegalArgumentException(name(type) + " lacks \"" + name + "\"");
            }
            arguments[i] = read(components[i].getGenericType(), values.get(name), name(type) + "." + name);
        }
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(name(type) + " has no " + unknown);
        }
        return construct(type, types, arguments);
    }

    private static <T extends Record> T construct(Class<T> type, Class<?>[] types, @Nullable Object[] arguments) {
        try {
            Constructor<T> constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(arguments);
        } catch (InvocationTargetException e) {
            throw new IllegalArgumentException(name(type) + ": " + e.getTargetException().getMessage(), e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot make a " + type, e);
        }
    }

    private static @Nullable Object read(Type declared, @Nullable Object value, String what) {
        Class<?> type = declared instanceof ParameterizedType generic ? (Class<?>) generic.getRawType()
                : (Class<?>) declared;
        if (value == null) {
            if (type.isPrimitive() || type.isSealed()) {
                throw invalid(what, null);
            }
            return null;
        }
        if (type == long.class || type == Long.class) {
            return integer(value, what);
        }
        if (type == int.class || type == Integer.class) {
            return (int) within(integer(value, what), Integer.MIN_VALUE, Integer.MAX_VALUE, what);
        }
        if (type == double.class || type == Double.class) {
            return decimal(value, what);
        }
        if (type == float.class || type == Float.class) {
            return (float) decimal(value, what);
        }
        if (type == boolean.class || type == Boolean.class || type == String.class) {
            if (!(value instanceof Boolean && type != String.class)
                    && !(value instanceof String && type == String.class)) {
                throw invalid(what, value);
            }
            return value;
        }
        if (type == Shape.class) {
            return Shape.of(list(value, what).stream().mapToLong(extent -> integer(extent, what)).toArray());
        }
        if (type == List.class) {
            List<@Nullable Object> read = new ArrayList<>();
            list(value, what).forEach(element -> read.add(read(argument(declared), element, what)));
            return read;
        }
        return one(type, value, what);
    }

    /** A value of an enum, a record, or of whichever a sealed type's value says that it is. */
    private static Object one(Class<?> type, Object value, String what) {
        if (type.isEnum()) {
            for (Object constant : type.getEnumConstants()) {
                if (((Enum<?>) constant).name().equals(value)) {
                    return constant;
                }
            }
            throw invalid(what, value);
        }
        if (type.isRecord()) {
            return read(type.asSubclass(Record.class), value);
        }
        Map<?, ?> stated = map(value, what);
        Class<?> kind = kinds(type).get(String.valueOf(stated.get(KIND)));
        Object inner = stated.get(VALUE);
        if (kind == null || inner == null) {
            throw invalid(what, value);
        }
        return one(kind, inner, what);
    }

    private static Type argument(Type list) {
        return list instanceof ParameterizedType generic ? generic.getActualTypeArguments()[0] : Object.class;
    }

    static Map<?, ?> map(@Nullable Object value, String what) {
        if (value instanceof Map<?, ?> map) {
            return map;
        }
        throw invalid(what, value);
    }

    static List<?> list(@Nullable Object value, String what) {
        if (value instanceof List<?> list) {
            return list;
        }
        throw invalid(what, value);
    }

    static long integer(@Nullable Object value, String what) {
        if (value instanceof Long number) {
            return number;
        }
        throw invalid(what, value);
    }

    static long within(long number, long least, long most, String what) {
        if (number < least || number > most) {
            throw invalid(what, number);
        }
        return number;
    }

    static String text(@Nullable Object value, String what) {
        if (value instanceof String text) {
            return text;
        }
        throw invalid(what, value);
    }

    private static double decimal(Object value, String what) {
        try {
            return Json.asDouble(value);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(what + " is " + value, e);
        }
    }

    private static IllegalArgumentException invalid(String what, @Nullable Object value) {
        return new IllegalArgumentException(what + " is " + value + ", which cannot be");
    }
}

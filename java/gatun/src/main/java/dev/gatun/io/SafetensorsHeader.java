package dev.gatun.io;

import dev.gatun.io.json.Json;
import dev.gatun.io.json.JsonException;
import dev.gatun.memory.Bytes;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The table of contents of a safetensors file: names, types, and where each tensor's bytes lie after the header. */
record SafetensorsHeader(Map<String, String> metadata, Map<String, Entry> entries) {
    static final String METADATA = "__metadata__";
    /** Bytes of the length field before the header. */
    static final int LENGTH_BYTES = 8;
    /** The format's own limit, against files that would have a reader allocate without end. */
    static final int MAX_BYTES = 100_000_000;
    /** Data begins on a cache line; the format asks for 8 only. */
    static final int ALIGNMENT = 64;

    /** Values that describe one tensor, or all metadata: no file needs more, and each costs a reader memory. */
    static final int MOST_VALUES = 100_000;

    /** Ten times what the largest models have in one file. */
    static final int MOST_TENSORS = 200_000;

    /** One tensor; offsets in bytes from the end of the header. */
    record Entry(SafetensorsType dtype, Shape shape, long begin, long end) {
        long bytes() {
            return end - begin;
        }

        /** For messages: {@code f32(3, 4)}. */
        String text() {
            return dtype.name().toLowerCase(Locale.ROOT) + shape;
        }
    }

    /** The length field and the header, for tensors one after another in the given order. */
    static byte[] encode(List<NamedTensor> tensors, Map<String, String> metadata) {
        Map<String, Object> json = new LinkedHashMap<>();
        if (!metadata.isEmpty()) {
            json.put(METADATA, new TreeMap<>(metadata)); // sorted: equal content makes equal bytes
        }
        long offset = 0;
        for (NamedTensor tensor : tensors) {
            TensorType type = tensor.type();
            long end = Math.addExact(offset, type.bytes());
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("dtype", type.dtype().safetensorsName());
            entry.put("shape", Arrays.stream(type.shape().extents()).boxed().toList());
            entry.put("data_offsets", List.of(offset, end));
            if (json.put(tensor.name(), entry) != null) {
                throw new IllegalArgumentException("two tensors are named \"" + tensor.name() + "\": rename one");
            }
            offset = end;
        }
        ByteBuffer text = utf8(Json.write(json));
        int bytes = Math.toIntExact(Bytes.alignUp(LENGTH_BYTES + text.remaining(), ALIGNMENT));
        if (bytes - LENGTH_BYTES > MAX_BYTES) {
            throw new IllegalArgumentException("a safetensors header of " + (bytes - LENGTH_BYTES)
                    + " bytes is beyond the format's limit of " + MAX_BYTES + ": write several files");
        }
        byte[] header = new byte[bytes];
        Arrays.fill(header, (byte) ' ');
        ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).putLong(bytes - LENGTH_BYTES).put(text);
        return header;
    }

    /**
     * Reads a header and checks it completely.
     *
     * @param text      the header without the length field
     * @param dataBytes bytes of the file after the header
     * @param file      for messages
     */
    static SafetensorsHeader decode(byte[] text, long dataBytes, Path file) {
        Map<String, String> metadata = new LinkedHashMap<>();
        Map<String, Entry> entries = new LinkedHashMap<>();
        boolean[] described = new boolean[1];
        parse(text, file, (name, value) -> {
            if (name.equals(METADATA)) {
                metadata.putAll(metadata(value, file));
                boolean first = !described[0];
                described[0] = true;
                return first;
            }
            if (entries.size() == MOST_TENSORS) {
                throw corrupt(file, "the header describes more than " + MOST_TENSORS + " tensors");
            }
            return entries.putIfAbsent(name, entry(name, value, file)) == null;
        });
        checkTiling(entries, dataBytes, file);
        return new SafetensorsHeader(Collections.unmodifiableMap(metadata), Collections.unmodifiableMap(entries));
    }

    static CheckpointException corrupt(Path file, String cause) {
        return new CheckpointException(damaged(file, cause));
    }

    private static String damaged(Path file, String cause) {
        return file + ": " + Json.shorten(cause)
                + "; the file is damaged or was not written completely: use another copy of it";
    }

    /** Entry by entry, as a header of the format's limit would fill a heap many times its size. */
    private static void parse(byte[] text, Path file, Json.EntryAction action) {
        if (text.length == 0 || text[0] != '{') {
            throw corrupt(file, "the header does not begin with '{'");
        }
        // Strict: a decoder that replaces bad bytes could make two names one.
        try (Reader decoded = new InputStreamReader(
                new ByteArrayInputStream(text), StandardCharsets.UTF_8.newDecoder())) {
            Json.parseEntries(decoded, "header", MOST_VALUES, action);
        } catch (JsonException e) {
            throw new CheckpointException(damaged(file, e.getCause() instanceof CharacterCodingException
                    ? "the header is not UTF-8" : String.valueOf(e.getMessage())), e);
        } catch (IOException e) {
            throw new IllegalStateException("bytes in memory can be read", e);
        }
    }

    private static Map<String, String> metadata(@Nullable Object value, Path file) {
        if (!(value instanceof Map<?, ?> map)) {
            throw corrupt(file, METADATA + " is not an object");
        }
        Map<String, String> metadata = new LinkedHashMap<>();
        map.forEach((key, text) -> {
            if (!(text instanceof String string)) {
                throw corrupt(file, METADATA + " holds something other than strings");
            }
            metadata.put((String) key, string);
        });
        return metadata;
    }

    private static Entry entry(String name, @Nullable Object value, Path file) {
        String tensor = "tensor " + Json.write(name);
        if (!(value instanceof Map<?, ?> map)) {
            throw corrupt(file, tensor + " is not described by an object");
        }
        SafetensorsType dtype = SafetensorsType.named(map.get("dtype")).orElseThrow(() ->
                new CheckpointException(file + ": " + Json.shorten(tensor + " has the unknown dtype "
                        + Json.write(map.get("dtype"))) + "; known are " + Arrays.toString(SafetensorsType.values())
                        + ": convert the tensor, or use another copy of the file"));
        long[] extents = longs(map.get("shape"), tensor + ": shape", file);
        long[] offsets = longs(map.get("data_offsets"), tensor + ": data_offsets", file);
        if (offsets.length != 2 || offsets[0] > offsets[1]) {
            throw corrupt(file, tensor + " has the data offsets " + Arrays.toString(offsets));
        }
        try {
            Entry entry = new Entry(dtype, Shape.of(extents), offsets[0], offsets[1]);
            long bytes = dtype.bytes(entry.shape).orElseThrow(() ->
                    corrupt(file, tensor + " " + entry.text() + " does not fill whole bytes"));
            if (bytes != entry.bytes()) {
                throw corrupt(file, tensor + " " + entry.text() + " needs " + bytes
                        + " bytes, but its data offsets span " + entry.bytes());
            }
            return entry;
        } catch (ArithmeticException e) {
            throw new CheckpointException(
                    damaged(file, tensor + " has more elements than memory: " + Arrays.toString(extents)), e);
        }
    }

    private static long[] longs(@Nullable Object value, String what, Path file) {
        if (!(value instanceof List<?> list)) {
            throw corrupt(file, what + " is not an array");
        }
        long[] numbers = new long[list.size()];
        for (int i = 0; i < numbers.length; i++) {
            if (!(list.get(i) instanceof Long number) || number < 0) {
                throw corrupt(file, what + " holds " + list.get(i) + ", not a count of 63 bits");
            }
            numbers[i] = number;
        }
        return numbers;
    }

    // Header order need not be file order, so sort first: an empty tensor before the one that begins where it does.
    private static void checkTiling(Map<String, Entry> entries, long dataBytes, Path file) {
        List<Map.Entry<String, Entry>> sorted = new ArrayList<>(entries.entrySet());
        sorted.sort(Comparator.comparing(Map.Entry::getValue,
                Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end)));
        long expected = 0;
        for (Map.Entry<String, Entry> each : sorted) {
            if (each.getValue().begin() != expected) {
                throw corrupt(file, "tensor " + Json.write(each.getKey()) + " begins at byte "
                        + each.getValue().begin() + " of the data, where byte " + expected + " is next");
            }
            expected = each.getValue().end();
        }
        if (expected != dataBytes) {
            throw corrupt(file, "the header describes " + expected + " bytes of data, but the file has " + dataBytes);
        }
    }

    private static ByteBuffer utf8(String text) {
        try {
            return StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("a tensor name or metadata holds half a surrogate pair: not UTF-8", e);
        }
    }
}

package dev.gatun.io;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Files that a reader of safetensors has to refuse, or might: by the name of what is wrong with each. In headers a
 * backtick stands for a quotation mark.
 */
final class HostileSafetensors {
    private static final String ONE = "{`dtype`:`F32`,`shape`:[1],`data_offsets`:[0,4]}";

    private final Map<String, byte[]> files = new LinkedHashMap<>();

    private HostileSafetensors() {}

    /** All files. */
    static Map<String, byte[]> files() {
        HostileSafetensors made = new HostileSafetensors();
        made.lengths();
        made.texts();
        made.shapes();
        made.offsets();
        made.types();
        made.names();
        return made.files;
    }

    /** A header under a length that need not be its own, and bytes of data. */
    private void add(String name, long length, byte[] header, int data) {
        byte[] file = ByteBuffer.allocate(8 + header.length + data).order(ByteOrder.LITTLE_ENDIAN).putLong(length)
                .put(header).array();
        if (files.put(name, file) != null) {
            throw new IllegalStateException("two files are called " + name);
        }
    }

    private void add(String name, String header, int data) {
        byte[] text = header.replace('`', '"').getBytes(StandardCharsets.UTF_8);
        add(name, text.length, text, data);
    }

    private void tensor(String name, String dtype, String shape, String offsets, int data) {
        add(name, "{`a`:{`dtype`:" + dtype + ",`shape`:" + shape + ",`data_offsets`:" + offsets + "}}", data);
    }

    private void lengths() {
        byte[] empty = "{}".getBytes(StandardCharsets.UTF_8);
        files.put("no bytes", new byte[0]);
        files.put("seven bytes", new byte[7]);
        add("header of no bytes", 0, new byte[0], 0);
        add("header longer than the file", 3, empty, 0);
        add("header longer than a file may be", Long.MAX_VALUE, empty, 0);
        add("header of a negative length", -1, empty, 0);
        add("header beyond the limit", 100_000_001, empty, 0);
        add("header shorter than its text", 1, empty, 0);
        add("nothing described, and data", "{}", 4);
    }

    private void texts() {
        add("no text", "\0\0\0\0", 0);
        add("a list", "[]", 0);
        add("a number", "7", 0);
        add("null", "null", 0);
        add("a text cut short", "{`a`:{`dtype`", 0);
        add("more after the text", "{}{}", 0);
        add("a byte-order mark", "\ufeff{}", 0);
        add("blanks before the text", "  {}", 0);
        add("a comment", "{/*x*/}", 0);
        add("a comma at the end", "{`a`:" + ONE + ",}", 4);
        add("apostrophes", "{'a':1}", 0);
        add("no UTF-8", 5, new byte[] {'{', '"', (byte) 0xFF, '"', '}'}, 0);
        add("an overlong zero", 6, new byte[] {'{', '"', (byte) 0xC0, (byte) 0x80, '"', '}'}, 0);
        add("lists in lists", "{`a`:" + "[".repeat(20_000) + "]".repeat(20_000) + "}", 0);
        add("objects in objects", "{`a`:".repeat(20_000) + "1" + "}".repeat(20_000), 0);
        add("NaN", "{`a`:NaN}", 0);
    }

    private void shapes() {
        tensor("no shape", "`F32`", "null", "[0,4]", 4);
        tensor("a shape of text", "`F32`", "`1`", "[0,4]", 4);
        tensor("a negative extent", "`F32`", "[-1]", "[0,4]", 4);
        tensor("an extent of a fraction", "`F32`", "[1.5]", "[0,4]", 4);
        tensor("an extent with a fraction of nothing", "`F32`", "[1.0]", "[0,4]", 4);
        tensor("an extent with an exponent", "`F32`", "[1e0]", "[0,4]", 4);
        tensor("an extent of 64 bits and more", "`F32`", "[18446744073709551616]", "[0,4]", 4);
        tensor("an extent of 64 bits", "`F32`", "[18446744073709551615]", "[0,4]", 4);
        tensor("extents whose product wraps to nothing", "`F32`", "[4294967296,4294967296]", "[0,0]", 0);
        tensor("bytes that wrap to four", "`F32`", "[4611686018427387905]", "[0,4]", 4);
        tensor("more elements than bytes", "`F32`", "[2]", "[0,4]", 4);
        tensor("fewer elements than bytes", "`F32`", "[1]", "[0,8]", 8);
        tensor("a hundred extents", "`F32`", "[" + "1,".repeat(99) + "1]", "[0,4]", 4);
        tensor("an extent of 0 after one of 2^62", "`F32`", "[4611686018427387904,0]", "[0,0]", 0);
    }

    private void offsets() {
        tensor("no offsets", "`F32`", "[1]", "null", 4);
        tensor("one offset", "`F32`", "[1]", "[0]", 4);
        tensor("three offsets", "`F32`", "[1]", "[0,4,4]", 4);
        tensor("offsets backwards", "`F32`", "[1]", "[4,0]", 4);
        tensor("a negative offset", "`F32`", "[1]", "[-4,0]", 4);
        tensor("an offset beyond the data", "`F32`", "[1]", "[0,4]", 3);
        tensor("data after the last", "`F32`", "[1]", "[0,4]", 5);
        tensor("a hole before the first", "`F32`", "[1]", "[4,8]", 8);
        tensor("an offset of 2^63", "`F32`", "[1]", "[9223372036854775808,9223372036854775812]", 4);
        add("two tensors in one place", "{`a`:" + ONE + ",`b`:" + ONE + "}", 4);
        add("tensors that overlap", "{`a`:{`dtype`:`U8`,`shape`:[4],`data_offsets`:[0,4]},"
                + "`b`:{`dtype`:`U8`,`shape`:[4],`data_offsets`:[2,6]}}", 6);
        add("a hole between tensors", "{`a`:{`dtype`:`U8`,`shape`:[4],`data_offsets`:[0,4]},"
                + "`b`:{`dtype`:`U8`,`shape`:[4],`data_offsets`:[6,10]}}", 10);
    }

    private void types() {
        tensor("an unknown type", "`F9`", "[1]", "[0,4]", 4);
        tensor("a type in small letters", "`f32`", "[1]", "[0,4]", 4);
        tensor("a type that is no text", "32", "[1]", "[0,4]", 4);
        add("a tensor that is a number", "{`a`:1}", 0);
        add("a tensor that is null", "{`a`:null}", 0);
        add("an unknown field", "{`a`:{`dtype`:`F32`,`shape`:[1],`data_offsets`:[0,4],`x`:1}}", 4);
    }

    private void names() {
        add("one name twice", "{`a`:" + ONE + ",`a`:" + ONE + "}", 4);
        add("a name of nothing", "{``:" + ONE + "}", 4);
        add("half a surrogate pair", "{`\\ud800`:" + ONE + "}", 4);
        add("a name of 100,000 letters", "{`" + "a".repeat(100_000) + "`:" + ONE + "}", 4);
        add("metadata that is a list", "{`__metadata__`:[]}", 0);
        add("metadata of numbers", "{`__metadata__`:{`a`:1}}", 0);
        add("metadata twice", "{`__metadata__`:{},`__metadata__`:{}}", 0);
        add("metadata within metadata", "{`__metadata__`:{`a`:{}}}", 0);
    }
}

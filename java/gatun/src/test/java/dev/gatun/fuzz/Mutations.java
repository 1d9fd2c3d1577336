package dev.gatun.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Makes inputs of others, in the ways in which files are damaged and forged. The same seed makes the same. */
final class Mutations {
    private static final int MOST_BYTES = 8_192;

    private static final long[] NUMBERS = {0, 1, -1, 127, 128, 255, 256, 32_767, 65_535, 65_536, Integer.MAX_VALUE,
        1L << 31, 0xFFFFFFFFL, 1L << 40, Long.MAX_VALUE, Long.MIN_VALUE};

    private static final List<byte[]> TOKENS = Inputs.texts("{", "}", "[", "]", "\"", ",", ":", "null", "true", "NaN",
            "-1", "1e308", "1e-320", "-0.0", "9223372036854775807", "18446744073709551616", "\\u0000", "\0", "%",
            "epochs", "=", "/", "../", "\n", "\r\n", "inf", "0x1p3", "\\ud800", "{\"a\":", "[[[[[[[[", "PK\003\004",
            "PK\001\002", "F32", "data_offsets", "GIF89a", "II*\0", "IDAT", "IEND");

    private final SplittableRandom random;
    private final List<byte[]> corpus;

    Mutations(long seed, List<byte[]> corpus) {
        this.random = new SplittableRandom(seed);
        this.corpus = List.copyOf(corpus);
    }

    /** Another input. */
    byte[] next() {
        byte[] input = any().clone();
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            input = changed(input);
        }
        return input.length <= MOST_BYTES ? input : Arrays.copyOf(input, MOST_BYTES);
    }

    private byte[] any() {
        return corpus.get(random.nextInt(corpus.size()));
    }

    private byte[] changed(byte[] input) {
        if (input.length == 0) {
            return TOKENS.get(random.nextInt(TOKENS.size()));
        }
        int at = random.nextInt(input.length);
        int length = 1 + random.nextInt(Math.min(input.length - at, 1 << random.nextInt(8)));
        return switch (random.nextInt(10)) {
            case 0, 1 -> {
                input[at] ^= (byte) (1 << random.nextInt(8));
                yield input;
            }
            case 2 -> {
                input[at] = (byte) random.nextInt(256);
                yield input;
            }
            case 3 -> Arrays.copyOf(input, at);
            case 4 -> replaced(input, at, length, new byte[0]);
            case 5 -> replaced(input, at, random.nextBoolean() ? 0 : length, TOKENS.get(random.nextInt(TOKENS.size())));
            case 6 -> replaced(input, at, 0, Arrays.copyOfRange(input, at, at + length));
            case 7 -> spliced(input, at);
            case 8 -> lengthField(input, at);
            default -> number(input, at);
        };
    }

    /** Another input from here on. */
    private byte[] spliced(byte[] input, int at) {
        byte[] other = any();
        int from = other.length == 0 ? 0 : random.nextInt(other.length);
        return replaced(input, at, input.length - at, Arrays.copyOfRange(other, from, other.length));
    }

    /** Four or eight bytes that are the length of something, in either order of bytes. */
    private byte[] lengthField(byte[] input, int at) {
        int bytes = random.nextBoolean() ? Integer.BYTES : Long.BYTES;
        int aligned = at - at % Integer.BYTES;
        if (aligned + bytes <= input.length) {
            ByteBuffer field = ByteBuffer.wrap(input)
                    .order(random.nextBoolean() ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
            long value = random.nextInt(3) == 0 ? NUMBERS[random.nextInt(NUMBERS.length)]
                    : random.nextInt(2 * input.length);
            if (bytes == Integer.BYTES) {
                field.putInt(aligned, (int) value);
            } else {
                field.putLong(aligned, value);
            }
        }
        return input;
    }

    /** The number in a text that stands here or next becomes another. */
    private byte[] number(byte[] input, int at) {
        int from = at;
        while (from < input.length && (input[from] < '0' || input[from] > '9')) {
            from++;
        }
        int to = from;
        while (to < input.length && input[to] >= '0' && input[to] <= '9') {
            to++;
        }
        String other = Long.toString(NUMBERS[random.nextInt(NUMBERS.length)]);
        return from == to ? input : replaced(input, from, to - from, other.getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] replaced(byte[] input, int at, int length, byte[] other) {
        return ByteBuffer.allocate(input.length - length + other.length).put(input, 0, at).put(other)
                .put(input, at + length, input.length - at - length).array();
    }
}

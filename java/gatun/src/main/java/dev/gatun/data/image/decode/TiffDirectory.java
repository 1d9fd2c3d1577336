package dev.gatun.data.image.decode;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** The first directory of a TIFF file: numbers by tag. */
final class TiffDirectory {
    static final int WIDTH = 256;
    static final int HEIGHT = 257;
    static final int BITS = 258;
    static final int COMPRESSION = 259;
    static final int PHOTOMETRIC = 262;
    static final int FILL_ORDER = 266;
    static final int STRIP_OFFSETS = 273;
    static final int SAMPLES = 277;
    static final int ROWS_PER_STRIP = 278;
    static final int STRIP_BYTES = 279;
    static final int PLANAR = 284;
    static final int PREDICTOR = 317;
    static final int COLOUR_MAP = 320;
    static final int TILE_WIDTH = 322;
    static final int TILE_HEIGHT = 323;
    static final int TILE_OFFSETS = 324;
    static final int TILE_BYTES = 325;
    static final int SAMPLE_FORMAT = 339;
    static final int JPEG_TABLES = 347;

    private final Map<Integer, long[]> numbers = new HashMap<>();
    private final ByteOrder order;
    /** Bytes of values so far: a directory could name the same ones a thousand times. */
    private long taken;

    private TiffDirectory(ByteOrder order) {
        this.order = order;
    }

    static TiffDirectory read(byte[] file) {
        ByteOrder order = file[0] == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        ByteBuffer in = ByteBuffer.wrap(file).order(order);
        TiffDirectory directory = new TiffDirectory(order);
        int at = in.getInt(4);
        int count = in.getShort(at) & 0xFFFF;
        for (int i = 0; i < count; i++) {
            directory.add(in, at + 2 + 12 * i);
        }
        return directory;
    }

    private void add(ByteBuffer in, int at) {
        int bytes = switch (in.getShort(at + 2)) {
            case 1, 7 -> 1;
            case 3 -> 2;
            case 4 -> 4;
            default -> 0; // texts and fractions are not needed
        };
        long count = Integer.toUnsignedLong(in.getInt(at + 4));
        int tag = in.getShort(at) & 0xFFFF;
        if (bytes == 0 || numbers.containsKey(tag) || taken + count * bytes > in.capacity()) {
            return;
        }
        taken += count * bytes;
        int from = count * bytes <= 4 ? at + 8 : in.getInt(at + 8);
        long[] values = new long[(int) count];
        for (int i = 0; i < count; i++) {
            int place = from + i * bytes;
            values[i] = switch (bytes) {
                case 1 -> in.get(place) & 0xFF;
                case 2 -> in.getShort(place) & 0xFFFF;
                default -> Integer.toUnsignedLong(in.getInt(place));
            };
        }
        numbers.put(tag, values);
    }

    ByteOrder order() {
        return order;
    }

    boolean has(int tag) {
        return numbers.containsKey(tag);
    }

    long[] all(int tag) throws ImageException {
        long[] values = numbers.get(tag);
        if (values == null || values.length == 0) {
            throw ImageException.damaged("the TIFF has no tag " + tag);
        }
        return values;
    }

    int get(int tag) throws ImageException {
        return Math.toIntExact(all(tag)[0]);
    }

    int get(int tag, int otherwise) throws ImageException {
        return has(tag) ? get(tag) : otherwise;
    }

    /** Whether all values of a tag are the same. */
    boolean isUniform(int tag) throws ImageException {
        long[] values = all(tag);
        return Arrays.stream(values).allMatch(value -> value == values[0]);
    }
}

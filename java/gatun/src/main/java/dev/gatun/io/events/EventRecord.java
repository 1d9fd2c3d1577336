package dev.gatun.io.events;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * The records of an event file: a protobuf message {@code Event}, behind its length and before its checksum, as
 * TFRecord files have them. Only what scalars need is written, by field number and wire type.
 */
final class EventRecord {
    /** The longest name of a scalar, so that a record has a bound. */
    static final int MOST_NAME_BYTES = 1_000;
    /** The longest record. */
    static final int MOST_BYTES = MOST_NAME_BYTES + 100;

    private static final String VERSION = "brain.Event:2";

    // Fields of Event, of its Summary, of a Summary.Value, and of a SessionLog.
    private static final int WALL_TIME = 1;
    private static final int STEP = 2;
    private static final int FILE_VERSION = 3;
    private static final int SUMMARY = 5;
    private static final int SESSION_LOG = 7;
    private static final int VALUE = 1;
    private static final int TAG = 1;
    private static final int SIMPLE_VALUE = 2;
    private static final int STATUS = 1;
    private static final int START = 1;

    private static final int VARINT = 0;
    private static final int FIXED_64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED_32 = 5;

    private final ByteBuffer event = ByteBuffer.allocate(MOST_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private final ByteBuffer value = ByteBuffer.allocate(MOST_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private final CRC32C crc = new CRC32C();

    /** Appends the first record of a file. */
    void version(double seconds, ByteBuffer out) {
        begin(seconds);
        byte[] text = VERSION.getBytes(StandardCharsets.US_ASCII);
        key(event, FILE_VERSION, BYTES);
        varint(event, text.length);
        event.put(text);
        end(out);
    }

    /** Appends the word that what other files say of this step and later ones is not valid any more. */
    void start(double seconds, long step, ByteBuffer out) {
        begin(seconds);
        step(step);
        key(event, SESSION_LOG, BYTES);
        varint(event, 2);
        key(event, STATUS, VARINT);
        varint(event, START);
        end(out);
    }

    /** Appends a scalar. */
    void scalar(double seconds, long step, byte[] name, float number, ByteBuffer out) {
        value.clear();
        key(value, TAG, BYTES);
        varint(value, name.length);
        value.put(name);
        key(value, SIMPLE_VALUE, FIXED_32);
        value.putFloat(number);
        value.flip();
        begin(seconds);
        step(step);
        key(event, SUMMARY, BYTES);
        varint(event, 1 + varintBytes(value.remaining()) + value.remaining());
        key(event, VALUE, BYTES);
        varint(event, value.remaining());
        event.put(value);
        end(out);
    }

    private void begin(double seconds) {
        event.clear();
        key(event, WALL_TIME, FIXED_64);
        event.putDouble(seconds);
    }

    private void step(long step) {
        if (step != 0) {
            key(event, STEP, VARINT);
            varint(event, step);
        }
    }

    private static void key(ByteBuffer to, int field, int wireType) {
        varint(to, (long) field << 3 | wireType);
    }

    private static void varint(ByteBuffer to, long number) {
        long left = number;
        while ((left & ~0x7FL) != 0) {
            to.put((byte) (left | 0x80));
            left >>>= 7;
        }
        to.put((byte) left);
    }

    private static int varintBytes(long number) {
        return Math.max(1, (70 - Long.numberOfLeadingZeros(number)) / 7);
    }

    private void end(ByteBuffer out) {
        event.flip();
        int begin = out.position();
        out.putLong(event.remaining());
        out.putInt(masked(out.array(), out.arrayOffset() + begin, Long.BYTES));
        out.put(event);
        out.putInt(masked(event.array(), event.arrayOffset(), event.limit()));
    }

    private int masked(byte[] bytes, int offset, int length) {
        crc.reset();
        crc.update(bytes, offset, length);
        int sum = (int) crc.getValue();
        return (sum >>> 15 | sum << 17) + 0xA282EAD8;
    }
}

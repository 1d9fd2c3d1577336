package dev.gatun.dist.socket;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What ranks say to each other before and beside the transport: a kind, a number and bytes. As bytes: their length (4),
 * the kind (1), the number (4), the bytes.
 */
@SuppressWarnings("ArrayRecordComponent") // frames are not compared
record Frame(Kind kind, int number, byte[] body) {
    static final int HEADER = 9;

    /** The most that a rank may give to a collection. */
    static final int LARGEST_GATHERED = 16 << 20;

    private static final int TEXT = 4 << 10;

    private static final byte[] NOTHING = {};

    /** What is said. */
    enum Kind {
        /** A process says who it is, to rank 0. */
        HELLO(1, TEXT),
        /** Rank 0 does not take the process, or the group cannot begin; the text says why. */
        REFUSED(2, TEXT),
        /** All are there; how the processes are called. */
        MEMBERS(3, LARGEST_GATHERED),
        /** A sign of life. */
        ALIVE(4, 0),
        /** What a rank gives to collection {@code number}: a topic and bytes. */
        GIVEN(5, LARGEST_GATHERED + TEXT),
        /** What rank {@code number} has given. */
        COLLECTED(6, LARGEST_GATHERED),
        /** Rank {@code number} is lost, or the group cannot go on (-1); the text says why. */
        LOST(7, TEXT),
        /** Rank {@code number} has left, as it should at the end. */
        LEFT(8, 0);

        private static final Kind[] ALL = values();

        private final byte code;
        private final int largest;

        Kind(int code, int largest) {
            this.code = (byte) code;
            this.largest = largest;
        }

        private static Kind of(byte code) {
            for (Kind kind : ALL) {
                if (kind.code == code) {
                    return kind;
                }
            }
            throw new MalformedException("a message of kind " + code);
        }
    }

    static Frame of(Kind kind, int number) {
        return new Frame(kind, number, NOTHING);
    }

    /** A frame of a text, cut where it is too long. */
    static Frame of(Kind kind, int number, String text) {
        String cut = text.length() > TEXT / 4 ? text.substring(0, TEXT / 4) : text;
        return new Frame(kind, number, cut.getBytes(StandardCharsets.UTF_8));
    }

    String text() {
        return new String(body, StandardCharsets.UTF_8).replaceAll("\\p{Cntrl}+", " ");
    }

    /** Returns it as bytes to send; the body is not copied. */
    ByteBuffer[] encoded() {
        ByteBuffer header = ByteBuffer.allocate(HEADER).putInt(body.length).put(kind.code).putInt(number)
                .flip();
        return new ByteBuffer[] {header, ByteBuffer.wrap(body)};
    }

    /**
     * Reads a header and makes room for the bytes behind it.
     *
     * @throws MalformedException when there is no such kind, or it has fewer bytes
     */
    static Frame announced(ByteBuffer header) {
        int bytes = header.getInt();
        Kind kind = Kind.of(header.get());
        if (bytes < 0 || bytes > kind.largest) {
            throw new MalformedException("a message of " + bytes + " bytes");
        }
        return new Frame(kind, header.getInt(), bytes == 0 ? NOTHING : new byte[bytes]);
    }

    /** The other side does not speak this protocol. */
    static final class MalformedException extends RuntimeException {
        private static final long serialVersionUID = 1;

        MalformedException(String what) {
            super(what);
        }
    }
}

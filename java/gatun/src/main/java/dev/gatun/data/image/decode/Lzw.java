package dev.gatun.data.image.decode;

/** The compression of Lempel, Ziv and Welch, as GIF has it (lowest bit first) and TIFF (highest bit first). */
final class Lzw {
    private static final int LARGEST_CODE = 12;

    private final int bits;
    private final boolean lowFirst;
    /** TIFF's codes grow by a bit when one more entry would not fit; GIF's when this one did not. */
    private final int early;

    private Lzw(int bits, boolean lowFirst, int early) {
        this.bits = bits;
        this.lowFirst = lowFirst;
        this.early = early;
    }

    /** GIF's, of so many bits a value. */
    static Lzw gif(int bits) throws ImageException {
        if (bits < 1 || bits > 8) {
            throw ImageException.damaged("its codes begin with " + bits + " bits");
        }
        return new Lzw(bits, true, 0);
    }

    static Lzw tiff() {
        return new Lzw(8, false, 1);
    }

    /** Unpacks a stream until its end or until the target is full; returns how many bytes there are. */
    int unpack(byte[] data, int from, int length, byte[] target) throws ImageException {
        int clear = 1 << bits;
        short[] prefix = new short[1 << LARGEST_CODE];
        byte[] suffix = new byte[1 << LARGEST_CODE];
        short[] size = new short[1 << LARGEST_CODE];
        for (int i = 0; i < clear; i++) {
            suffix[i] = (byte) i;
            size[i] = 1;
        }
        int next = clear + 2;
        int width = bits + 1;
        int last = -1;
        int at = 0;
        long limit = 8L * length;
        long bit = 0;
        while (at < target.length && bit + width <= limit) {
            int code = code(data, from, length, bit, width);
            bit += width;
            if (code == clear) {
                next = clear + 2;
                width = bits + 1;
                last = -1;
                continue;
            }
            if (code == clear + 1) {
                break;
            }
            if (code > next || (code == next && last < 0) || (code >= clear && last < 0)) {
                throw ImageException.damaged("its compressed pixels are damaged");
            }
            boolean unknown = code == next;
            int known = unknown ? last : code;
            int count = size[known];
            int begin = at;
            int entry = known;
            for (int i = at + count - 1; i >= at; i--) { // an entry is written from its end
                if (i < target.length) {
                    target[i] = suffix[entry];
                }
                entry = prefix[entry];
            }
            at += count;
            byte firstByte = begin < target.length ? target[begin] : 0;
            if (unknown && at < target.length) {
                target[at] = firstByte;
            }
            at += unknown ? 1 : 0;
            if (last >= 0 && next < 1 << LARGEST_CODE) {
                prefix[next] = (short) last;
                suffix[next] = firstByte;
                size[next] = (short) (size[last] + 1);
                next++;
                if (next + early == 1 << width && width < LARGEST_CODE) {
                    width++;
                }
            }
            last = code;
        }
        return Math.min(at, target.length);
    }

    private int code(byte[] data, int from, int length, long bit, int width) {
        int at = (int) (bit >> 3);
        int word = 0;
        for (int i = 0; i < 3; i++) {
            int value = at + i < length ? data[from + at + i] & 0xFF : 0;
            word |= value << (lowFirst ? 8 * i : 16 - 8 * i);
        }
        int used = (int) (bit & 7);
        int shift = lowFirst ? used : 24 - used - width;
        return (word >> shift) & ((1 << width) - 1);
    }
}

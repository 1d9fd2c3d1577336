package dev.gatun.data.image.decode;

/** Unpacks the runs of a bitmap of 4 or 8 bits; what they leave out is index 0. */
final class BmpRuns {
    private BmpRuns() {}

    /** Returns an index of the palette for each pixel, the lowest row first. */
    static byte[] unpack(byte[] file, int from, int bits, int height, int width) {
        byte[] indices = new byte[Math.multiplyExact(height, width)];
        int at = from;
        int x = 0;
        int y = 0;
        while (y < height) {
            int count = file[at++] & 0xFF;
            int value = file[at++] & 0xFF;
            if (count > 0) {
                for (int i = 0; i < count; i++, x++) {
                    put(indices, width, x, y, nibble(value, i, bits));
                }
                continue;
            }
            switch (value) {
                case 0 -> {
                    x = 0;
                    y++;
                }
                case 1 -> {
                    return indices;
                }
                case 2 -> {
                    x += file[at++] & 0xFF;
                    y += file[at++] & 0xFF;
                }
                default -> {
                    for (int i = 0; i < value; i++, x++) {
                        int index = bits == 8 ? file[at + i] & 0xFF : nibble(file[at + i / 2], i, bits);
                        put(indices, width, x, y, index);
                    }
                    int bytes = bits == 8 ? value : (value + 1) / 2;
                    at += bytes + (bytes & 1);
                }
            }
        }
        return indices;
    }

    private static int nibble(int value, int number, int bits) {
        if (bits == 8) {
            return value & 0xFF;
        }
        return (number & 1) == 0 ? (value >> 4) & 0xF : value & 0xF;
    }

    private static void put(byte[] indices, int width, int x, int y, int index) {
        if (x < width) {
            indices[y * width + x] = (byte) index;
        }
    }
}

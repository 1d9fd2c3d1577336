package dev.gatun.data.image.decode;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The first image of a WebP file, and the canvas that it stands on.
 *
 * @param lossless whether the image is VP8L, else VP8
 * @param from where its data begin in the file
 */
record WebpFile(int height, int width, int left, int top, boolean lossless, int from, int length) {
    private static final int HEADER = 12;

    static WebpFile read(byte[] file) throws ImageException {
        ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        if (Integer.toUnsignedLong(in.getInt(4)) + 8 > file.length) {
            throw ImageException.cutShort("WebP");
        }
        int[] canvas = {0, 0, 0, 0};
        int at = HEADER;
        while (at + 8 <= file.length) {
            String name = new String(file, at, 4, StandardCharsets.ISO_8859_1);
            int length = in.getInt(at + 4);
            int data = at + 8;
            if (length < 0 || length > file.length - data) {
                throw ImageException.cutShort("WebP");
            }
            switch (name) {
                case "VP8X" -> {
                    canvas[0] = word24(file, data + 7) + 1;
                    canvas[1] = word24(file, data + 4) + 1;
                }
                case "ANMF" -> {
                    canvas[2] = 2 * word24(file, data);
                    canvas[3] = 2 * word24(file, data + 3);
                    at = data + 16; // the chunks of the first frame lie within
                    continue;
                }
                case "VP8 ", "VP8L" -> {
                    boolean lossless = name.equals("VP8L");
                    int[] size = lossless ? losslessSize(in, data) : lossySize(in, data);
                    return new WebpFile(Math.max(canvas[0], canvas[3] + size[0]),
                            Math.max(canvas[1], canvas[2] + size[1]), canvas[2], canvas[3], lossless, data, length);
                }
                default -> {
                    // profiles, transparency, and what else has no part in the colours
                }
            }
            at = data + length + (length & 1);
        }
        throw ImageException.damaged("the WebP has no image");
    }

    private static int[] lossySize(ByteBuffer in, int at) throws ImageException {
        if ((in.get(at) & 1) != 0 || (in.getInt(at + 3) & 0xFFFFFF) != 0x2A019D) {
            throw ImageException.damaged("the WebP's header is invalid");
        }
        return new int[] {in.getShort(at + 8) & 0x3FFF, in.getShort(at + 6) & 0x3FFF};
    }

    private static int[] losslessSize(ByteBuffer in, int at) throws ImageException {
        int bits = in.getInt(at + 1);
        if (in.get(at) != 0x2F || bits >>> 29 != 0) {
            throw ImageException.damaged("the WebP's header is invalid");
        }
        return new int[] {(bits >> 14 & 0x3FFF) + 1, (bits & 0x3FFF) + 1};
    }

    private static int word24(byte[] file, int at) {
        return (file[at] & 0xFF) | (file[at + 1] & 0xFF) << 8 | (file[at + 2] & 0xFF) << 16;
    }
}

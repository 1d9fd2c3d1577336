package dev.gatun.data.image.decode;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a PNG file that its pixels need, of which the checksums are verified.
 *
 * @param depth bits of a sample
 * @param type 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGB and alpha
 * @param data the compressed rows: offset and length of each piece
 */
record PngChunks(int height, int width, int depth, int type, boolean interlaced, @Nullable Palette palette,
        List<int[]> data) {
    private static final int SIGNATURE = 8;

    static PngChunks read(byte[] file) throws ImageException {
        ByteBuffer in = ByteBuffer.wrap(file);
        int at = SIGNATURE;
        int[] header = {};
        Palette palette = null;
        List<int[]> data = new ArrayList<>();
        while (true) {
            if (file.length - at < 12) {
                throw ImageException.cutShort("PNG");
            }
            int length = in.getInt(at);
            String name = new String(file, at + 4, 4, StandardCharsets.ISO_8859_1);
            if (length < 0 || length > file.length - at - 12) {
                throw ImageException.cutShort("PNG");
            }
            if (Character.isUpperCase(name.charAt(0))) {
                check(file, at, length, in.getInt(at + 8 + length), name);
            }
            int from = at + 8;
            switch (name) {
                case "IHDR" -> header = header(in, from, length);
                case "PLTE" -> palette = palette(file, from, length);
                case "IDAT" -> data.add(new int[] {from, length});
                default -> {
                    // what a picture shows does not depend on it
                }
            }
            at = from + length + 4;
            if (name.equals("IEND")) {
                break;
            }
        }
        if (header.length == 0 || data.isEmpty()) {
            throw ImageException.damaged("the PNG has no " + (header.length == 0 ? "header" : "pixels"));
        }
        if (header[3] == 3 && palette == null) {
            throw ImageException.damaged("the PNG has no palette");
        }
        return new PngChunks(header[1], header[0], header[2], header[3], header[4] == 1, palette, data);
    }

    private static void check(byte[] file, int at, int length, int expected, String name) throws ImageException {
        CRC32 crc = new CRC32();
        crc.update(file, at + 4, length + 4);
        if ((int) crc.getValue() != expected) {
            throw ImageException.damaged("the checksum of its chunk " + name + " is wrong");
        }
    }

    private static int[] header(ByteBuffer in, int at, int length) throws ImageException {
        if (length < 13) {
            throw ImageException.damaged("the PNG's header is too short");
        }
        int depth = in.get(at + 8);
        int type = in.get(at + 9);
        boolean valid = switch (type) {
            case 0 -> depth == 1 || depth == 2 || depth == 4 || depth == 8 || depth == 16;
            case 3 -> depth == 1 || depth == 2 || depth == 4 || depth == 8;
            case 2, 4, 6 -> depth == 8 || depth == 16;
            default -> false;
        };
        if (!valid || in.get(at + 10) != 0 || in.get(at + 11) != 0 || (in.get(at + 12) & ~1) != 0) {
            throw ImageException.damaged("the PNG's header is invalid");
        }
        return new int[] {in.getInt(at), in.getInt(at + 4), depth, type, in.get(at + 12)};
    }

    private static Palette palette(byte[] file, int at, int length) {
        Palette palette = new Palette();
        for (int i = at; i + 2 < at + length; i += 3) {
            palette.add(file[i], file[i + 1], file[i + 2]);
        }
        return palette;
    }

    /** Samples of a pixel in the file. */
    int samples() {
        return switch (type) {
            case 2 -> 3;
            case 4 -> 2;
            case 6 -> 4;
            default -> 1;
        };
    }

    ImageHeader header() {
        int channels = switch (type) {
            case 0, 4 -> 1;
            default -> palette == null || type != 3 ? 3 : palette.channels();
        };
        return new ImageHeader(height, width, channels);
    }

    /** Bytes of a row of so many pixels, without the filter's. */
    int rowBytes(int pixels) {
        return Math.toIntExact(((long) pixels * samples() * depth + 7) / 8);
    }
}

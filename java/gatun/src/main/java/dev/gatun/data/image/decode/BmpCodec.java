package dev.gatun.data.image.decode;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** Reads the bitmaps of Windows and OS/2: palettes of 1, 4 and 8 bits, also in runs; 16, 24 and 32 bits with masks. */
final class BmpCodec implements ImageCodec {
    private static final int FILE_HEADER = 14;
    private static final int RGB = 0;
    private static final int RLE8 = 1;
    private static final int RLE4 = 2;
    private static final int MASKS = 3;
    private static final int MASKS_AND_ALPHA = 6;

    /** The header of a file; masks of red, green, blue, or a palette. */
    @SuppressWarnings("ArrayRecordComponent") // never compared, and passed on within this package only
    private record Header(int height, int width, boolean topDown, int bits, int compression, int pixels, int[] masks,
            @Nullable Palette palette) {
        int rowBytes() {
            return Math.toIntExact(((long) width * bits + 31) / 32 * 4);
        }

        boolean runs() {
            return compression == RLE8 || compression == RLE4;
        }

        ImageHeader image() {
            return new ImageHeader(height, width, palette == null ? 3 : palette.channels());
        }
    }

    @Override
    public ImageHeader header(byte[] file) throws ImageException {
        Header header = read(file);
        if (!header.runs() && header.pixels + (long) header.height * header.rowBytes() > file.length) {
            throw ImageException.cutShort("BMP");
        }
        return header.image();
    }

    private static Header read(byte[] file) throws ImageException {
        ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        int size = in.getInt(FILE_HEADER);
        boolean old = size == 12;
        if (!old && size < 40) {
            throw ImageException.unsupported("BMP with a header of " + size + " bytes");
        }
        int width = old ? in.getShort(18) & 0xFFFF : in.getInt(18);
        int signed = old ? in.getShort(20) & 0xFFFF : in.getInt(22);
        int bits = in.getShort(old ? 24 : 28);
        int compression = old ? RGB : in.getInt(30);
        boolean known = switch (compression) {
            case RGB -> bits == 1 || bits == 4 || bits == 8 || bits == 16 || bits == 24 || bits == 32;
            case RLE8 -> bits == 8;
            case RLE4 -> bits == 4;
            case MASKS, MASKS_AND_ALPHA -> bits == 16 || bits == 32;
            default -> false;
        };
        if (!known) {
            throw ImageException.unsupported("BMP of " + bits + " bits with compression " + compression);
        }
        Palette palette = bits > 8 ? null : palette(file, in, size, old ? 0 : in.getInt(46), bits);
        int[] masks = {0xFF0000, 0xFF00, 0xFF};
        if (compression == MASKS || compression == MASKS_AND_ALPHA) {
            masks = new int[] {in.getInt(54), in.getInt(58), in.getInt(62)};
        } else if (bits == 16) {
            masks = new int[] {0x7C00, 0x3E0, 0x1F};
        }
        return new Header(Math.absExact(signed), width, signed < 0, bits, compression, in.getInt(10), masks, palette);
    }

    private static Palette palette(byte[] file, ByteBuffer in, int size, int used, int bits) {
        Palette palette = new Palette();
        int step = size == 12 ? 3 : 4;
        int at = FILE_HEADER + size;
        int room = (in.getInt(10) - at) / step;
        int count = Math.min(used > 0 ? used : 1 << bits, Math.max(room, 0));
        for (int i = 0; i < Math.min(count, 256); i++, at += step) {
            palette.add(file[at + 2], file[at + 1], file[at]);
        }
        return palette;
    }

    @Override
    public Pixels decode(byte[] file) throws ImageException {
        Header header = read(file);
        Pixels pixels = Pixels.empty(header.image());
        byte[] indices = header.runs()
                ? BmpRuns.unpack(file, header.pixels, header.bits, header.height, header.width)
                : new byte[0];
        ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        for (int y = 0; y < header.height; y++) {
            int row = header.topDown ? y : header.height - 1 - y;
            int from = header.pixels + row * header.rowBytes();
            for (int x = 0; x < header.width; x++) {
                int at = (y * header.width + x) * pixels.channels();
                if (header.palette != null) {
                    int index = header.runs()
                            ? indices[row * header.width + x] & 0xFF
                            : index(file, from, x, header.bits);
                    header.palette.put(index, pixels.channels(), pixels.data(), at);
                } else {
                    int word = switch (header.bits) {
                        case 16 -> in.getShort(from + 2 * x) & 0xFFFF;
                        case 24 -> (file[from + 3 * x] & 0xFF) | (file[from + 3 * x + 1] & 0xFF) << 8
                                | (file[from + 3 * x + 2] & 0xFF) << 16;
                        default -> in.getInt(from + 4 * x);
                    };
                    for (int c = 0; c < 3; c++) {
                        pixels.data()[at + c] = masked(word, header.masks[c]);
                    }
                }
            }
        }
        return pixels;
    }

    private static int index(byte[] file, int from, int x, int bits) {
        int bit = x * bits;
        return (file[from + (bit >> 3)] >> (8 - bits - (bit & 7))) & ((1 << bits) - 1);
    }

    /** The bits of a mask, scaled to 0 .. 255. */
    private static byte masked(int word, int mask) {
        if (mask == 0) {
            return 0;
        }
        int shift = Integer.numberOfTrailingZeros(mask);
        long largest = Integer.toUnsignedLong(mask >>> shift);
        long value = Integer.toUnsignedLong((word & mask) >>> shift);
        return (byte) (value * 255 / largest);
    }
}

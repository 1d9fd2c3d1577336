package dev.gatun.data.image.decode;

import java.io.ByteArrayOutputStream;

/** Reads the first image of a GIF, on the canvas of all. */
final class GifCodec implements ImageCodec {
    private static final int[][] INTERLACED = {{0, 8}, {4, 8}, {2, 4}, {1, 2}};
    private static final int[][] PLAIN = {{0, 1}};

    /** The first image: where it stands on the canvas, and where its data begin. */
    private record First(int canvasHeight, int canvasWidth, int left, int top, int width, int height,
            boolean interlaced, int background, Palette palette, int data) {}

    @Override
    public ImageHeader header(byte[] file) throws ImageException {
        First first = read(file);
        blocks(file, first.data + 1);
        return new ImageHeader(first.canvasHeight, first.canvasWidth, first.palette.channels());
    }

    private static First read(byte[] file) throws ImageException {
        int flags = file[10];
        int at = 13;
        Palette global = new Palette();
        if ((flags & 0x80) != 0) {
            global = palette(file, at, flags);
            at += 3 << ((flags & 7) + 1);
        }
        int background = 0;
        while (true) {
            switch (file[at] & 0xFF) {
                case 0x21 -> {
                    if ((file[at + 1] & 0xFF) == 0xF9 && (file[at + 3] & 1) != 0) {
                        background = file[at + 6] & 0xFF;
                    }
                    at = blocks(file, at + 2).end;
                }
                case 0x2C -> {
                    int local = file[at + 9];
                    boolean own = (local & 0x80) != 0;
                    Palette palette = own ? palette(file, at + 10, local) : global;
                    int data = at + 10 + (own ? 3 << ((local & 7) + 1) : 0);
                    int left = word(file, at + 1);
                    int top = word(file, at + 3);
                    int width = word(file, at + 5);
                    int height = word(file, at + 7);
                    return new First(Math.max(word(file, 8), top + height), Math.max(word(file, 6), left + width),
                            left, top, width, height, (local & 0x40) != 0, background, palette, data);
                }
                default -> throw ImageException.damaged("the GIF has no image");
            }
        }
    }

    private static Palette palette(byte[] file, int at, int flags) {
        Palette palette = new Palette();
        int count = 2 << (flags & 7);
        for (int i = at; i < at + 3 * count; i += 3) {
            palette.add(file[i], file[i + 1], file[i + 2]);
        }
        return palette;
    }

    private static int word(byte[] file, int at) {
        return (file[at] & 0xFF) | (file[at + 1] & 0xFF) << 8;
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared, and passed on within this package only
    private record Blocks(byte[] data, int end) {}

    /** Joins the blocks of at most 255 bytes that data come in. */
    private static Blocks blocks(byte[] file, int from) {
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        int at = from;
        while (file[at] != 0) {
            int length = file[at] & 0xFF;
            data.write(file, at + 1, length);
            at += 1 + length;
        }
        return new Blocks(data.toByteArray(), at + 1);
    }

    @Override
    public Pixels decode(byte[] file) throws ImageException {
        First first = read(file);
        Pixels pixels = Pixels.empty(
                new ImageHeader(first.canvasHeight, first.canvasWidth, first.palette.channels()));
        int channels = pixels.channels();
        for (int i = 0; i < pixels.data().length; i += channels) {
            first.palette.put(first.background, channels, pixels.data(), i);
        }
        byte[] indices = new byte[Math.multiplyExact(first.width, first.height)];
        byte[] data = blocks(file, first.data + 1).data;
        if (Lzw.gif(file[first.data] & 0xFF).unpack(data, 0, data.length, indices) < indices.length) {
            throw ImageException.cutShort("GIF");
        }
        int at = 0;
        for (int[] pass : first.interlaced ? INTERLACED : PLAIN) {
            for (int y = pass[0]; y < first.height; y += pass[1]) {
                for (int x = 0; x < first.width; x++) {
                    int to = ((first.top + y) * pixels.width() + first.left + x) * channels;
                    first.palette.put(indices[at++] & 0xFF, channels, pixels.data(), to);
                }
            }
        }
        return pixels;
    }
}

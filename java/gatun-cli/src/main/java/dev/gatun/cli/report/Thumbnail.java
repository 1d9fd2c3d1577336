package dev.gatun.cli.report;

import dev.gatun.data.image.ImageDataset;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Images of a data set as small PNG files. They are written here, so that no part of the desktop is loaded. */
final class Thumbnail {
    /** The most pixels of a side; larger images are averaged over squares. */
    static final int SIDE = 64;

    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
    private static final byte GREY = 0;
    private static final byte RGB = 2;

    private Thumbnail() {}

    static byte[] of(ImageDataset images, int index) {
        byte[] pixels = new byte[images.imageBytes()];
        images.read(index, pixels);
        return png(pixels, images.height(), images.width(), images.channels());
    }

    /**
     * Encodes pixels.
     *
     * @param pixels unsigned bytes, {@code [height][width][channels]}, with 1 or 3 channels
     */
    static byte[] png(byte[] pixels, int height, int width, int channels) {
        int square = Math.max(1, (Math.max(height, width) + SIDE - 1) / SIDE);
        int rows = Math.max(1, height / square);
        int columns = Math.max(1, width / square);
        byte[] raw = new byte[rows * (1 + columns * channels)]; // each row begins with the number of its filter, 0
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                for (int channel = 0; channel < channels; channel++) {
                    raw[row * (1 + columns * channels) + 1 + column * channels + channel] = mean(
                            pixels, width, channels, row * square, column * square, channel,
                            Math.min(square, Math.min(height, width)));
                }
            }
        }
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        png.writeBytes(SIGNATURE);
        chunk(png, "IHDR", ByteBuffer.allocate(13).putInt(columns).putInt(rows).put((byte) 8)
                .put(channels == 1 ? GREY : RGB).array());
        chunk(png, "IDAT", deflated(raw));
        chunk(png, "IEND", new byte[0]);
        return png.toByteArray();
    }

    private static byte mean(byte[] pixels, int width, int channels, int row, int column, int channel, int square) {
        int sum = 0;
        for (int i = 0; i < square; i++) {
            for (int j = 0; j < square; j++) {
                sum += pixels[((row + i) * width + column + j) * channels + channel] & 0xFF;
            }
        }
        return (byte) Math.round((float) sum / (square * square));
    }

    private static byte[] deflated(byte[] raw) {
        Deflater deflater = new Deflater();
        try {
            deflater.setInput(raw);
            deflater.finish();
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            byte[] part = new byte[4_096];
            while (!deflater.finished()) {
                out.write(part, 0, deflater.deflate(part));
            }
            return out.toByteArray();
        } finally {
            deflater.end();
        }
    }

    private static void chunk(ByteArrayOutputStream png, String type, byte[] data) {
        ByteBuffer chunk = ByteBuffer.allocate(12 + data.length).putInt(data.length)
                .put(type.getBytes(StandardCharsets.US_ASCII)).put(data);
        CRC32 sum = new CRC32();
        sum.update(chunk.array(), 4, 4 + data.length);
        png.writeBytes(chunk.putInt((int) sum.getValue()).array());
    }
}

package dev.gatun.data.image.pixel;

import java.util.Arrays;

/**
 * One image that is changed in place: unsigned bytes {@code [height][width][channels]}. It is used for one image after
 * the other and belongs to a thread.
 */
public final class PixelBuffer {
    private static final int MOST_RECTANGLES = 16;

    private final int channels;
    private int height;
    private int width;
    private byte[] pixels = {};
    private byte[] spare = {};
    private int rectangles;
    private final int[] erased = new int[4 * MOST_RECTANGLES];

    /** Creates a buffer for images of so many channels. */
    public PixelBuffer(int channels) {
        this.channels = channels;
    }

    /** Takes a copy of an image in place of the one before. */
    public PixelBuffer load(byte[] image, int newHeight, int newWidth) {
        begin(newHeight, newWidth);
        System.arraycopy(image, 0, spare, 0, newHeight * newWidth * channels);
        swap(newHeight, newWidth);
        rectangles = 0;
        return this;
    }

    /** Returns memory for a result of a size, which {@link #swap} makes the image. */
    public byte[] begin(int newHeight, int newWidth) {
        if (spare.length < newHeight * newWidth * channels) {
            spare = new byte[newHeight * newWidth * channels];
        }
        return spare;
    }

    /** Makes what was written to {@link #begin} the image. */
    public void swap(int newHeight, int newWidth) {
        byte[] done = spare;
        spare = pixels;
        pixels = done;
        height = newHeight;
        width = newWidth;
    }

    /** Returns the number of channels. */
    public int channels() {
        return channels;
    }

    /** Returns the number of rows. */
    public int height() {
        return height;
    }

    /** Returns the number of columns. */
    public int width() {
        return width;
    }

    /** Returns the pixels, at the beginning of an array that may be longer. */
    public byte[] pixels() {
        return pixels;
    }

    /** Returns an element. */
    public int get(int y, int x, int channel) {
        return pixels[(y * width + x) * channels + channel] & 0xFF;
    }

    /** Adds a black border. */
    public void pad(int border) {
        int newHeight = height + 2 * border;
        int newWidth = width + 2 * border;
        byte[] target = begin(newHeight, newWidth);
        Arrays.fill(target, 0, newHeight * newWidth * channels, (byte) 0);
        for (int y = 0; y < height; y++) {
            System.arraycopy(pixels, y * width * channels, target,
                    ((y + border) * newWidth + border) * channels, width * channels);
        }
        swap(newHeight, newWidth);
    }

    /** Keeps a rectangle. */
    public void crop(int top, int left, int newHeight, int newWidth) {
        byte[] target = begin(newHeight, newWidth);
        for (int y = 0; y < newHeight; y++) {
            System.arraycopy(pixels, ((top + y) * width + left) * channels, target, y * newWidth * channels,
                    newWidth * channels);
        }
        swap(newHeight, newWidth);
    }

    /** Mirrors left and right. */
    public void flipHorizontally() {
        byte[] target = begin(height, width);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                System.arraycopy(pixels, (y * width + x) * channels, target, (y * width + width - 1 - x) * channels,
                        channels);
            }
        }
        swap(height, width);
    }

    /** Mirrors top and bottom. */
    public void flipVertically() {
        byte[] target = begin(height, width);
        for (int y = 0; y < height; y++) {
            System.arraycopy(pixels, y * width * channels, target, (height - 1 - y) * width * channels,
                    width * channels);
        }
        swap(height, width);
    }

    /** Resizes a rectangle, with antialiasing, to a size. */
    public void resizedCrop(int top, int left, int cropHeight, int cropWidth, int newHeight, int newWidth) {
        crop(top, left, cropHeight, cropWidth);
        if (cropHeight == newHeight && cropWidth == newWidth) {
            return;
        }
        ResampledLine[] columns = ResampledLine.along(cropWidth, newWidth);
        ResampledLine[] rows = ResampledLine.along(cropHeight, newHeight);
        int stride = newWidth * channels;
        byte[] narrow = begin(cropHeight, newWidth);
        for (int y = 0; y < cropHeight; y++) {
            for (int x = 0; x < newWidth; x++) {
                int from = (y * cropWidth + columns[x].first()) * channels;
                for (int c = 0; c < channels; c++) {
                    narrow[y * stride + x * channels + c] = columns[x].sum(pixels, from + c, channels);
                }
            }
        }
        swap(cropHeight, newWidth);
        byte[] target = begin(newHeight, newWidth);
        for (int y = 0; y < newHeight; y++) {
            for (int i = 0; i < stride; i++) {
                target[y * stride + i] = rows[y].sum(pixels, rows[y].first() * stride + i, stride);
            }
        }
        swap(newHeight, newWidth);
    }

    /**
     * Erases a rectangle: in the normalised image it is 0, the mean of the data. What is outside the image does not
     * count. Nothing may move pixels after it.
     */
    public void erase(int top, int left, int rows, int columns) {
        if (rectangles == MOST_RECTANGLES) {
            throw new IllegalStateException("at most " + MOST_RECTANGLES + " rectangles of an image are erased");
        }
        int at = 4 * rectangles++;
        erased[at] = Math.clamp(top, 0, height);
        erased[at + 1] = Math.clamp(left, 0, width);
        erased[at + 2] = Math.clamp(top + rows, 0, height);
        erased[at + 3] = Math.clamp(left + columns, 0, width);
    }

    /**
     * Writes the normalised image.
     *
     * @param table  of each pixel value, {@code [channel * 256 + value]}
     * @param result receives {@code [height][width][channels]} from {@code offset} on
     */
    public void normalize(float[] table, float[] result, int offset) {
        int count = height * width * channels;
        for (int i = 0, c = 0; i < count; i++) {
            result[offset + i] = table[c * 256 + (pixels[i] & 0xFF)];
            c = c + 1 == channels ? 0 : c + 1;
        }
        for (int r = 0; r < rectangles; r++) {
            int left = erased[4 * r + 1];
            int right = erased[4 * r + 3];
            for (int y = erased[4 * r]; y < erased[4 * r + 2]; y++) {
                Arrays.fill(result, offset + (y * width + left) * channels, offset + (y * width + right) * channels, 0);
            }
        }
    }
}

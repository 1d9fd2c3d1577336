package dev.gatun.data.image;

import dev.gatun.data.image.pixel.ResampledLine;

/**
 * Brings images of any size to a square: resized so that the shorter side fits it, then cropped around the middle.
 * torchvision's {@code Resize(size)} and {@code CenterCrop(size)} of Pillow's images: bilinear with antialiasing, which
 * stretches the triangle of weights over as many pixels as become one.
 *
 * @param size height and width of the result
 */
record CentreResize(int size) {
    CentreResize {
        if (size < 1) {
            throw new IllegalArgumentException("an image needs at least one pixel: " + size);
        }
    }

    /**
     * Resizes one image.
     *
     * @param pixels unsigned bytes {@code [height][width][channels]}
     * @param target at least {@code size * size * channels} bytes
     */
    void apply(byte[] pixels, ImageSize from, int channels, byte[] target) {
        int shorter = Math.min(from.height(), from.width());
        ResampledLine[] columns = lines(from.width(), shorter);
        ResampledLine[] rows = lines(from.height(), shorter);
        int stride = size * channels;
        byte[] narrow = new byte[from.height() * stride]; // rounded between the passes, as Pillow does
        for (int y = 0; y < from.height(); y++) {
            int row = y * from.width() * channels;
            for (int x = 0; x < size; x++) {
                for (int c = 0; c < channels; c++) {
                    narrow[y * stride + x * channels + c] =
                            columns[x].sum(pixels, row + columns[x].first() * channels + c, channels);
                }
            }
        }
        for (int y = 0; y < size; y++) {
            for (int i = 0; i < stride; i++) {
                target[y * stride + i] = rows[y].sum(narrow, rows[y].first() * stride + i, stride);
            }
        }
    }

    /** What each pixel of the result is made of, along a side of the image. */
    private ResampledLine[] lines(int pixels, int shorter) {
        int resized = (int) ((long) size * pixels / shorter);
        int from = (int) Math.rint((resized - size) / 2.0); // as Python rounds: to the even one of two
        double scale = (double) pixels / resized;
        ResampledLine[] lines = new ResampledLine[size];
        for (int i = 0; i < size; i++) {
            lines[i] = ResampledLine.around((from + i + 0.5) * scale, Math.max(scale, 1), pixels);
        }
        return lines;
    }
}

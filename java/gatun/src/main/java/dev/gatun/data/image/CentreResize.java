package dev.gatun.data.image;

/**
 * Brings images of any size to a square: resized so that the shorter side fits it, then cropped around the middle.
 * torchvision's {@code Resize(size)} and {@code CenterCrop(size)} of Pillow's images: bilinear with antialiasing, which
 * stretches the triangle of weights over as many pixels as become one.
 *
 * @param size height and width of the result
 */
record CentreResize(int size) {
    /** Weights are integers of so many bits behind the point, as in Pillow. */
    private static final int BITS = 22;

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
        Line[] columns = lines(from.width(), shorter);
        Line[] rows = lines(from.height(), shorter);
        int stride = size * channels;
        byte[] narrow = new byte[from.height() * stride]; // rounded between the passes, as Pillow does
        for (int y = 0; y < from.height(); y++) {
            int row = y * from.width() * channels;
            for (int x = 0; x < size; x++) {
                for (int c = 0; c < channels; c++) {
                    narrow[y * stride + x * channels + c] =
                            columns[x].sum(pixels, row + columns[x].first * channels + c, channels);
                }
            }
        }
        for (int y = 0; y < size; y++) {
            for (int i = 0; i < stride; i++) {
                target[y * stride + i] = rows[y].sum(narrow, rows[y].first * stride + i, stride);
            }
        }
    }

    /** What each pixel of the result is made of, along a side of the image. */
    private Line[] lines(int pixels, int shorter) {
        int resized = (int) ((long) size * pixels / shorter);
        int from = (int) Math.rint((resized - size) / 2.0); // as Python rounds: to the even one of two
        double scale = (double) pixels / resized;
        Line[] lines = new Line[size];
        for (int i = 0; i < size; i++) {
            lines[i] = Line.around((from + i + 0.5) * scale, Math.max(scale, 1), pixels);
        }
        return lines;
    }

    /**
     * Pixels that make one.
     *
     * @param first   the first of them
     * @param weights of each, which sum to one up to rounding
     */
    @SuppressWarnings("ArrayRecordComponent") // never leaves a resize
    private record Line(int first, int[] weights) {
        static Line around(double centre, double reach, int pixels) {
            int first = Math.max(0, (int) (centre - reach + 0.5));
            double[] triangle = new double[Math.min(pixels, (int) (centre + reach + 0.5)) - first];
            double sum = 0;
            for (int k = 0; k < triangle.length; k++) {
                triangle[k] = Math.max(0, 1 - Math.abs((first + k - centre + 0.5) * (1 / reach)));
                sum += triangle[k];
            }
            int[] weights = new int[triangle.length];
            for (int k = 0; k < weights.length; k++) {
                weights[k] = (int) (0.5 + triangle[k] * (1 / sum) * (1 << BITS));
            }
            return new Line(first, weights);
        }

        byte sum(byte[] pixels, int begin, int step) {
            int sum = 1 << (BITS - 1);
            for (int k = 0; k < weights.length; k++) {
                sum += weights[k] * (pixels[begin + k * step] & 0xFF);
            }
            return (byte) Math.min(255, sum >> BITS);
        }
    }
}

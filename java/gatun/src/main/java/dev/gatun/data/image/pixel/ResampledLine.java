package dev.gatun.data.image.pixel;

/**
 * Pixels along a side of an image that make one of a resized image: bilinear with antialiasing, which stretches the
 * triangle of weights over as many pixels as become one. Weights are integers, as in Pillow.
 *
 * @param first   the first of them
 * @param weights of each, which sum to one up to rounding
 */
@SuppressWarnings("ArrayRecordComponent") // never leaves a resize
public record ResampledLine(int first, int[] weights) {
    /** Weights have so many bits behind the point. */
    private static final int BITS = 22;

    /** Returns what a whole side is made of. */
    public static ResampledLine[] along(int pixels, int resized) {
        double scale = (double) pixels / resized;
        ResampledLine[] lines = new ResampledLine[resized];
        for (int i = 0; i < resized; i++) {
            lines[i] = around((i + 0.5) * scale, Math.max(scale, 1), pixels);
        }
        return lines;
    }

    /**
     * Returns what one pixel is made of.
     *
     * @param centre of the pixel, in pixels of the image
     * @param reach  half the width of the triangle, in pixels of the image
     * @param pixels length of the side
     */
    public static ResampledLine around(double centre, double reach, int pixels) {
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
        return new ResampledLine(first, weights);
    }

    /** Returns the pixel, of bytes that lie {@code step} apart. */
    public byte sum(byte[] pixels, int begin, int step) {
        int sum = 1 << (BITS - 1);
        for (int k = 0; k < weights.length; k++) {
            sum += weights[k] * (pixels[begin + k * step] & 0xFF);
        }
        return (byte) Math.min(255, sum >> BITS);
    }
}

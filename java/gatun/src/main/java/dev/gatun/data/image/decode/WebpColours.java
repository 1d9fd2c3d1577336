package dev.gatun.data.image.decode;

/**
 * Colours of a lossy WebP, in libwebp's arithmetic: differences of colours, which have half the rows and columns, are
 * interpolated with weights 9, 3, 3 and 1; then YCbCr of video (16 .. 235) becomes RGB.
 *
 * @param wide elements of a row of y; those of u and v have half as many
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record WebpColours(int[] y, int[] u, int[] v, int wide) {
    /** Writes an image that the planes are at least as large as. */
    void write(Pixels pixels) {
        int rows = (pixels.height() + 1) / 2;
        int columns = (pixels.width() + 1) / 2;
        int at = 0;
        for (int row = 0; row < pixels.height(); row++) {
            int near = row / 2 * (wide / 2);
            int beside = Math.clamp((row & 1) == 0 ? row / 2 - 1 : row / 2 + 1, 0, rows - 1) * (wide / 2);
            for (int column = 0; column < pixels.width(); column++) {
                int here = column / 2;
                int next = Math.clamp((column & 1) == 0 ? here - 1 : here + 1, 0, columns - 1);
                put(pixels.data(), at, y[row * wide + column], interpolated(u, near, beside, here, next),
                        interpolated(v, near, beside, here, next));
                at += 3;
            }
        }
    }

    /** (9 a + 3 b + 3 c + d + 8) / 16, rounded in two steps as libwebp does; (3 a + c + 2) / 4 at an edge. */
    private static int interpolated(int[] plane, int near, int beside, int here, int next) {
        int a = plane[near + here];
        int c = plane[beside + here];
        if (here == next) {
            return (3 * a + c + 2) >> 2;
        }
        int b = plane[near + next];
        int d = plane[beside + next];
        return (((a + b + c + d + 8 + 2 * (b + c)) >> 3) + a) >> 1;
    }

    private static void put(byte[] rgb, int at, int y, int u, int v) {
        int bright = (19077 * y) >> 8;
        rgb[at] = clip(bright + ((26149 * v) >> 8) - 14234);
        rgb[at + 1] = clip(bright - ((6419 * u) >> 8) - ((13320 * v) >> 8) + 8708);
        rgb[at + 2] = clip(bright + ((33050 * u) >> 8) - 17685);
    }

    private static byte clip(int value) {
        return (byte) Math.clamp(value >> 6, 0, 255);
    }
}

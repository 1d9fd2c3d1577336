package dev.gatun.data.image.pixel;

/**
 * Where each pixel of a turned, sheared or shifted image comes from: for a pixel's centre {@code (x, y)}, measured from
 * the middle of the image, {@code (a x + b y + c, d x + e y + f)}. What comes from outside is black.
 */
public record Affine(double a, double b, double c, double d, double e, double f) {
    /** Returns the rotation by an angle in degrees, counter-clockwise, around the middle. */
    public static Affine rotation(double degrees) {
        double angle = Math.toRadians(degrees);
        double cos = StrictMath.cos(angle);
        double sin = StrictMath.sin(angle);
        return new Affine(cos, -sin, 0, sin, cos, 0);
    }

    /** Returns the shift of columns to the right and rows down. */
    public static Affine translation(double columns, double rows) {
        return new Affine(1, 0, -columns, 0, 1, -rows);
    }

    /**
     * Returns the shear of rows by {@code x} columns a row, and of columns by {@code y} rows a column, of an image
     * whose upper left corner stays.
     */
    public static Affine shear(double x, double y, int height, int width) {
        // Measured from the corner: (x + s y, y + t x); from the middle, the corner's shift comes on top.
        return new Affine(1, x, x * height / 2, y, 1, y * width / 2);
    }

    /** Takes of each pixel the nearest. */
    public void nearest(PixelBuffer image) {
        apply(image, false);
    }

    /** Interpolates between the four nearest; those outside the image are black. */
    public void bilinear(PixelBuffer image) {
        apply(image, true);
    }

    private void apply(PixelBuffer image, boolean bilinear) {
        int height = image.height();
        int width = image.width();
        int channels = image.channels();
        byte[] target = image.begin(height, width);
        for (int y = 0; y < height; y++) {
            double fromMiddleY = y + 0.5 - height / 2.0;
            for (int x = 0; x < width; x++) {
                double fromMiddleX = x + 0.5 - width / 2.0;
                double sourceX = a * fromMiddleX + b * fromMiddleY + c + width / 2.0 - 0.5;
                double sourceY = d * fromMiddleX + e * fromMiddleY + f + height / 2.0 - 0.5;
                int at = (y * width + x) * channels;
                for (int channel = 0; channel < channels; channel++) {
                    target[at + channel] = (byte) (bilinear ? between(image, sourceY, sourceX, channel)
                            : outside(image, (int) Math.rint(sourceY), (int) Math.rint(sourceX), channel));
                }
            }
        }
        image.swap(height, width);
    }

    private static int between(PixelBuffer image, double y, double x, int channel) {
        int top = (int) Math.floor(y);
        int left = (int) Math.floor(x);
        double down = y - top;
        double right = x - left;
        double value = (1 - down) * ((1 - right) * outside(image, top, left, channel)
                + right * outside(image, top, left + 1, channel))
                + down * ((1 - right) * outside(image, top + 1, left, channel)
                + right * outside(image, top + 1, left + 1, channel));
        return (int) Math.rint(value);
    }

    private static int outside(PixelBuffer image, int y, int x, int channel) {
        return y < 0 || x < 0 || y >= image.height() || x >= image.width() ? 0 : image.get(y, x, channel);
    }
}

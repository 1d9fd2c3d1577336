package dev.gatun.op;

/**
 * The geometry of a two-dimensional pooling window; heights before widths, in elements.
 *
 * @param height        rows of the window
 * @param width         columns of the window
 * @param strideHeight  rows between two windows
 * @param strideWidth   columns between two windows
 * @param paddingHeight rows added at the top and again at the bottom
 * @param paddingWidth  columns added at the left and again at the right
 */
public record Window(long height, long width, long strideHeight, long strideWidth, long paddingHeight,
        long paddingWidth) {
    public Window {
        if (height < 1 || width < 1 || strideHeight < 1 || strideWidth < 1 || paddingHeight < 0 || paddingWidth < 0) {
            throw new IllegalArgumentException("window, stride >= 1 and padding >= 0 wanted: " + height + "x" + width
                    + ", stride " + strideHeight + "x" + strideWidth + ", padding " + paddingHeight + "x"
                    + paddingWidth);
        }
        if (paddingHeight * 2 > height || paddingWidth * 2 > width) {
            throw new IllegalArgumentException("padding " + paddingHeight + "x" + paddingWidth
                    + " is more than half of the window " + height + "x" + width);
        }
    }

    /** A square window that moves by its own size. */
    public static Window square(long size) {
        return new Window(size, size, size, size, 0, 0);
    }
}

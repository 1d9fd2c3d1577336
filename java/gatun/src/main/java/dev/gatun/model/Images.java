package dev.gatun.model;

/**
 * What a classifier reads and tells apart.
 *
 * @param channels channels of the images
 * @param height   rows of the images
 * @param width    columns of the images
 * @param classes  classes to tell apart
 * @param small    whether the network begins with the small stem
 */
record Images(int channels, int height, int width, int classes, boolean small) {
    void atLeast(String model, int size) {
        if (height < size || width < size) {
            throw new IllegalArgumentException(
                    model + " needs images of at least " + size + "x" + size + ", got " + height + "x" + width);
        }
    }

    void multipleOf(String model, int size) {
        if (height % size != 0 || width % size != 0) {
            throw new IllegalArgumentException(
                    model + " needs heights and widths that are multiples of " + size + ", got " + height + "x"
                    + width);
        }
    }
}

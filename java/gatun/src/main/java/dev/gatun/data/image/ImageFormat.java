package dev.gatun.data.image;

/** Size and channels that all images of a data set share, and the file they were taken from. */
record ImageFormat(ImageSize size, int channels, String file) {
    /** {@code 32 x 32 colour}. */
    String text() {
        return size + (channels == 1 ? " grey" : " colour");
    }
}

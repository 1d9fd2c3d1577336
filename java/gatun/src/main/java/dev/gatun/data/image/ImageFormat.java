package dev.gatun.data.image;

import dev.gatun.data.ColorMode;

/**
 * Size and channels that all images of a data set share, and the file they were taken from.
 *
 * @param color whether images of other channels are converted: grey ones always are where the others are colour
 */
record ImageFormat(ImageSize size, int channels, String file, ColorMode color) {
    ImageFormat(ImageSize size, int channels, String file) {
        this(size, channels, file, ColorMode.AUTO);
    }

    /** The same as other channels. */
    ImageFormat as(int newChannels, ColorMode newColor) {
        return new ImageFormat(size, newChannels, file, newColor);
    }

    boolean accepts(int found) {
        return found <= channels || color != ColorMode.AUTO;
    }
}

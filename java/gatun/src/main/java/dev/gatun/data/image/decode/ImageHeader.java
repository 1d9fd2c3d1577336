package dev.gatun.data.image.decode;

/**
 * What an image file says of itself.
 *
 * @param channels 1 of a grey image, a palette of greys included; else 3
 */
public record ImageHeader(int height, int width, int channels) {
    /** Height times width. */
    public long pixels() {
        return (long) height * width;
    }
}

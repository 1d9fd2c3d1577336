package dev.gatun.data.image.decode;

/**
 * What an image file says of itself.
 *
 * @param channels 1 of a grey image, a palette of greys included; else 3
 */
public record ImageHeader(int height, int width, int channels) {
    /** 64 million pixels: a larger header is a mistake or an attack, and would cost gigabytes to decode. */
    private static final long LARGEST = 64L << 20;

    /** Refuses an image without pixels, or with too many. */
    ImageHeader check() throws ImageException {
        String size = height + " x " + width;
        if (height < 1 || width < 1) {
            throw ImageException.damaged("its header says " + size + " pixels");
        }
        if (pixels() > LARGEST) {
            throw new ImageException("has " + size + " pixels, more than 64 million",
                    "scale the images down before training");
        }
        return this;
    }

    /** Of a header that no file of so few bytes can have. */
    ImageException moreThan(long bytes) {
        return ImageException.damaged("its header says " + height + " x " + width + " pixels, more than its " + bytes
                + " bytes can hold");
    }

    /** Height times width. */
    public long pixels() {
        return (long) height * width;
    }
}

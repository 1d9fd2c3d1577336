package dev.gatun.data.image;

/** Height and width of an image, in pixels. */
public record ImageSize(int height, int width) {
    /** Checks that both are positive. */
    public ImageSize {
        if (height < 1 || width < 1) {
            throw new IllegalArgumentException("an image needs at least one pixel: " + height + " x " + width);
        }
    }

    @Override
    public String toString() {
        return height + " x " + width;
    }
}

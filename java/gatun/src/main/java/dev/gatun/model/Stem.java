package dev.gatun.model;

/** How a network begins: with the size of the images it was made for. */
public enum Stem {
    /** {@link #SMALL} below {@value #STANDARD_SIZE} rows or columns, {@link #STANDARD} from there on. */
    AUTO,
    /** As published for photographs of about 224x224: the first layers take a step of four, or more, pixels. */
    STANDARD,
    /** For images of about 32x32: the first layers keep their size, so that enough of it is left for the others. */
    SMALL;

    /** Height and width from which on networks begin with {@link #STANDARD}. */
    public static final int STANDARD_SIZE = 64;

    /** The stem for images of a size: {@link #STANDARD} or {@link #SMALL}. */
    public Stem decide(int height, int width) {
        if (this != AUTO) {
            return this;
        }
        return Math.min(height, width) < STANDARD_SIZE ? SMALL : STANDARD;
    }
}

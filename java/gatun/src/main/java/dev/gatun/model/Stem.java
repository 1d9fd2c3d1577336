package dev.gatun.model;

/** The first layers of a network, which determine how far they reduce the image. */
public enum Stem {
    /** {@link #SMALL} below {@value #STANDARD_SIZE} rows or columns, {@link #STANDARD} from there on. */
    AUTO,
    /** As published for photographs of about 224x224: the first layers reduce height and width by four or more. */
    STANDARD,
    /** For images of about 32x32: the first layers keep the size. */
    SMALL;

    /** Smallest height and width for which {@link #AUTO} means {@link #STANDARD}. */
    public static final int STANDARD_SIZE = 64;

    /** Returns the stem for images of a size: {@link #STANDARD} or {@link #SMALL}. */
    public Stem decide(int height, int width) {
        if (this != AUTO) {
            return this;
        }
        return Math.min(height, width) < STANDARD_SIZE ? SMALL : STANDARD;
    }
}

package dev.gatun.data;

import dev.gatun.options.WithMethods;

/**
 * Options of opening a data set.
 *
 * @param limit number of training images, 0 for all. The choice depends on {@code limitSeed} only, not on the class; a
 *              larger limit contains the images of a smaller one
 * @param limitSeed chooses the images that {@code limit} keeps
 * @param classes number of classes, 0 for what the data shows: the largest training label + 1, or the class folders
 * @param cacheBytes the most heap memory for decoded images of a folder or zip file, so that later epochs do not decode
 *     again. What does not fit is decoded each time
 * @param imageSize height and width that images of any size are brought to, 0 for images as they are, all of one size:
 *     resized so that the shorter side has so many pixels, then cropped around the middle
 * @param color what images are read as
 * @param testLimit number of test images, 0 for all, chosen as those of {@code limit}
 * @param validation which images validate. What is held out of the training images is chosen among those that
 *     {@code limit} keeps, by {@code limitSeed} alone: runs of different seeds have the same
 * @param badImages what is done with images in files that cannot be used
 */
@WithMethods
public record DataOptions(
        int limit, long limitSeed, int classes, long cacheBytes, int imageSize, ColorMode color, int testLimit,
        Validation validation, BadImages badImages)
        implements DataOptionsBuilder.With {
    /** 170,000 images of 32 x 32 x 3; less where the JVM's heap is small, since the heap serves others too. */
    private static final long DEFAULT_CACHE_BYTES = 512L << 20;

    private static final long DEFAULT_LIMIT_SEED = 1;

    /** Checks that no component is negative. */
    public DataOptions {
        if (limit < 0 || classes < 0 || cacheBytes < 0 || imageSize < 0 || testLimit < 0) {
            throw new IllegalArgumentException("limits, classes, cache and image size must not be negative: " + limit
                    + ", " + testLimit + ", " + classes + ", " + cacheBytes + ", " + imageSize);
        }
    }

    /**
     * Returns the defaults: all images, inferred classes, a cache of 512 MiB but at most a quarter of the JVM's heap.
     */
    public static DataOptions defaults() {
        return new DataOptions(
                0, DEFAULT_LIMIT_SEED, 0, Math.min(DEFAULT_CACHE_BYTES, Runtime.getRuntime().maxMemory() / 4), 0,
                ColorMode.AUTO, 0, new Validation.Given(), BadImages.REFUSE);
    }
}

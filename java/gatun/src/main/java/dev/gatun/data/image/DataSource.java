package dev.gatun.data.image;

import dev.gatun.data.DataException;
import dev.gatun.data.DataOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/** Factory of image data sets. */
public final class DataSource {
    private DataSource() {}

    /**
     * Opens the data set at a path, recognised by its files:
     *
     * <ul>
     *   <li>a folder with MNIST's four files {@code train-images-idx3-ubyte}, {@code train-labels-idx1-ubyte}, {@code
     *       t10k-images-idx3-ubyte} and {@code t10k-labels-idx1-ubyte}, plain or with {@code .gz}: read at once;
     *   <li>a folder with {@code train/<class>/*} and {@code test/<class>/*} ({@code val} and {@code valid} also count
     *       as test) of {@code jpg}, {@code jpeg} and {@code png} files, or a zip archive of that, with or without one
     *       leading folder: only listed, and one image decoded. Classes are numbered in the order of their names.
     * </ul>
     *
     * @throws DataException when there is no data set, no test split, or anything is wrong with either
     */
    public static DataSplit open(Path path, DataOptions options) {
        if (!Files.exists(path)) {
            throw new DataException(path.toString(), "does not exist", "check the path");
        }
        DataSplit all = Files.isDirectory(path) && IdxFolder.matches(path)
                ? resized(IdxFolder.open(path, options), options.imageSize(), options.cacheBytes())
                : ImageFolder.open(path, options);
        return new DataSplit(SelectedImages.limit(all.train(), options.limit(), options.limitSeed()), all.test());
    }

    /**
     * Images of one size brought to another, as {@link DataOptions#imageSize} says.
     *
     * @param split      stays open in the result, which owns it
     * @param imageSize  height and width, 0 for images as they are
     * @param cacheBytes the most heap memory for resized images
     */
    public static DataSplit resized(DataSplit split, int imageSize, long cacheBytes) {
        if (imageSize == 0) {
            return split;
        }
        AtomicLong cache = new AtomicLong(cacheBytes);
        CentreResize resize = new CentreResize(imageSize);
        return new DataSplit(new CachedImages(new ResizedImages(split.train(), resize), cache),
                new CachedImages(new ResizedImages(split.test(), resize), cache));
    }

    /**
     * The ten digits as the program draws them: 28 x 28, grey, light on dark, each different. Needs no file. An image
     * is drawn when it is first read, and kept.
     */
    public static DataSplit digits(DigitsOptions options) {
        AtomicLong cache = new AtomicLong(Long.MAX_VALUE);
        return new DataSplit(
                new CachedImages(new DigitImages("digits train", options.train(), options.seed(), 1), cache),
                new CachedImages(new DigitImages("digits test", options.test(), options.seed(), 2), cache));
    }
}

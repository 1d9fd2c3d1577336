package dev.gatun.data.image;

import dev.gatun.data.ColorMode;
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
     *       t10k-images-idx3-ubyte} and {@code t10k-labels-idx1-ubyte}, plain or packed by gzip,
     *       or a zip archive with them in one of its folders: read at once;
     *   <li>a folder with {@code train/<class>/*} and {@code test/<class>/*} of JPEG, PNG, BMP, GIF and TIFF files, or
     *       a zip archive of that, with or without one leading folder: of all files the header and the end are looked
     *       at. Classes are numbered in the order of their names. A folder {@code val}, {@code valid} or
     *       {@code validation} beside them holds images for validation; without {@code test} it counts as that.
     * </ul>
     *
     * @throws DataException when there is no data set, no test split, or anything is wrong with either
     */
    public static DataSplit open(Path path, DataOptions options) {
        if (!Files.exists(path)) {
            throw new DataException(path.toString(), "does not exist", "check the path");
        }
        DataSplit all = Files.isDirectory(path) ? openFolder(path, options) : openArchive(path, options);
        boolean complete = false;
        try {
            DataSplit limited = all.limited(options);
            complete = true;
            return limited;
        } catch (IllegalArgumentException e) {
            throw new DataException(path.toString(), String.valueOf(e.getMessage()), "ask for other validation images",
                    e);
        } finally {
            if (!complete) {
                all.close();
            }
        }
    }

    private static DataSplit openFolder(Path path, DataOptions options) {
        return IdxFolder.matches(path)
                ? adapted(IdxFolder.open(path, options), options)
                : ImageFolder.open(path, options);
    }

    private static DataSplit openArchive(Path path, DataOptions options) {
        ZipTree archive = new ZipTree(path);
        if (!IdxFolder.matches(archive)) {
            return ImageFolder.open(archive, options);
        }
        try (archive) {
            return adapted(IdxFolder.open(archive, options), options);
        }
    }

    /**
     * Images of one size and colour brought to others, as {@link DataOptions#imageSize} and {@link DataOptions#color}
     * say.
     *
     * @param split stays open in the result, which owns it
     */
    public static DataSplit adapted(DataSplit split, DataOptions options) {
        ColorMode color = options.color();
        if (options.imageSize() == 0 && color == ColorMode.AUTO) {
            return split;
        }
        AtomicLong cache = new AtomicLong(options.cacheBytes());
        CentreResize resize = options.imageSize() == 0 ? null : new CentreResize(options.imageSize());
        return split.map(images -> new CachedImages(new AdaptedImages(images, color, resize), cache));
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

package dev.gatun.data.image;

import dev.gatun.data.DataException;
import dev.gatun.data.DataOptions;
import dev.gatun.data.Validation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Opens a folder of images, or a zip archive of one: lists the file names and looks at all headers. */
public final class ImageFolder {
    private ImageFolder() {}

    /**
     * Opens the data set.
     *
     * @throws dev.gatun.data.DataException when there is no data set, no test split, either has no images, or one
     *     is damaged or does not fit the others, as far as that shows without decoding them
     */
    public static DataSplit open(Path path, DataOptions options) {
        return open(FileTree.open(path), options);
    }

    /** Opens the data set of a tree, which it owns. */
    static DataSplit open(FileTree trainTree, DataOptions options) {
        List<AutoCloseable> opened = new ArrayList<>(List.of(trainTree));
        try {
            ImageFolderLayout layout = new ImageFolderLayout(trainTree);
            ImageFolderLayout.Split train = layout.train();
            ImageFolderLayout.Split test = layout.test();
            Optional<ImageFolderLayout.Split> validation =
                    options.validation() instanceof Validation.None ? Optional.empty() : layout.validation();
            check(trainTree, train, test, options);
            validation.ifPresent(split -> check(trainTree, train, split, options));
            List<String> classNames = List.copyOf(train.files().keySet());
            FileTree testTree = again(trainTree, opened); // its own, so that either data set may be closed first
            CentreResize resize = options.imageSize() == 0 ? null : new CentreResize(options.imageSize());
            List<String> trainFiles = train.all();
            List<String> files = Stream.of(trainFiles, validation.map(ImageFolderLayout.Split::all).orElse(List.of()),
                    test.all()).flatMap(List::stream).toList();
            ImageScan scan = new ImageScan(trainTree, files, options.badImages());
            ImageFormat format = scan.format(trainFiles.size(), options.color(), resize == null);
            AtomicLong cache = new AtomicLong(options.cacheBytes());
            Set<String> skipped = scan.skippedFiles();
            ImageFolderLayout.Split good = train.without(skipped);
            if (!good.files().keySet().equals(train.files().keySet())) {
                throw new DataException(trainTree.name(), "has a class of which no training image can be used: "
                        + scan.skipped().getFirst(), "replace them, or remove the class");
            }
            return new DataSplit(
                    dataset(trainTree, good, classNames, format, resize, cache),
                    validation.map(split -> dataset(again(trainTree, opened), usable(split, skipped, trainTree),
                            classNames, format, resize, cache)).orElse(null),
                    dataset(testTree, usable(test, skipped, trainTree), classNames, format, resize, cache),
                    scan.skipped());
        } catch (RuntimeException e) {
            for (AutoCloseable tree : opened) {
                try {
                    tree.close();
                } catch (Exception suppressed) {
                    e.addSuppressed(suppressed);
                }
            }
            throw e;
        }
    }

    private static ImageFolderLayout.Split usable(ImageFolderLayout.Split split, Set<String> skipped, FileTree tree) {
        ImageFolderLayout.Split usable = split.without(skipped);
        if (usable.files().isEmpty()) {
            throw new DataException(tree.name(), "has no image in " + split.name() + " that can be used",
                    "replace them");
        }
        return usable;
    }

    private static FileTree again(FileTree tree, List<AutoCloseable> opened) {
        FileTree other = tree.again();
        opened.add(other);
        return other;
    }

    private static void check(
            FileTree tree, ImageFolderLayout.Split train, ImageFolderLayout.Split test, DataOptions options) {
        String unknown = ImageFolderLayout.firstUnknown(train, test);
        if (unknown != null) {
            throw new DataException(tree.name(), "has class " + unknown + " in " + test.name() + ", but not in train",
                    "add training images of it or remove the folder");
        }
        int classes = train.files().size();
        if (options.classes() > 0 && options.classes() != classes) {
            throw new DataException(tree.name(), "has " + classes + " class folders, not " + options.classes(),
                    "correct the folders or the number of classes");
        }
    }

    private static ImageDataset dataset(
            FileTree tree,
            ImageFolderLayout.Split split,
            List<String> classNames,
            ImageFormat format,
            @Nullable CentreResize resize,
            AtomicLong cache) {
        List<String> files = new ArrayList<>();
        List<Integer> labels = new ArrayList<>();
        Map<String, Integer> numbers = new HashMap<>();
        for (int i = 0; i < classNames.size(); i++) {
            numbers.put(classNames.get(i), i);
        }
        for (Map.Entry<String, List<String>> entry : split.files().entrySet()) {
            int label = Objects.requireNonNull(numbers.get(entry.getKey()));
            for (String file : entry.getValue()) {
                files.add(file);
                labels.add(label);
            }
        }
        int[] labelArray = labels.stream().mapToInt(Integer::intValue).toArray();
        return new CachedImages(
                new EncodedImages(tree, split.name(), files, labelArray, classNames, format, resize), cache);
    }
}

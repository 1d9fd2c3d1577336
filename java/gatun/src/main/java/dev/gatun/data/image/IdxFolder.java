package dev.gatun.data.image;

import dev.gatun.data.ClassNames;
import dev.gatun.data.DataException;
import dev.gatun.data.DataOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a folder with four IDX files under MNIST's names, plain or compressed by gzip. */
public final class IdxFolder {
    private static final List<String> NAMES = List.of(
            "train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte");

    private IdxFolder() {}

    /** Returns whether a folder has at least one of the four files. */
    public static boolean matches(Path folder) {
        return NAMES.stream().anyMatch(name -> find(folder, name) != null);
    }

    /**
     * Opens the data set.
     *
     * @throws dev.gatun.data.DataException when a file is missing or damaged, or the files do not fit together
     */
    public static DataSplit open(Path folder, DataOptions options) {
        List<Path> files = new ArrayList<>();
        for (String name : NAMES) {
            Path file = find(folder, name);
            if (file == null) {
                throw new DataException(folder.toString(), "has no " + name + " (or " + name + ".gz)",
                        "put all four files there: " + String.join(", ", NAMES));
            }
            files.add(file);
        }
        Pair train = Pair.read(files.get(0), files.get(1));
        Pair test = Pair.read(files.get(2), files.get(3));
        int classes = options.classes() > 0 ? options.classes() : train.largestLabel() + 1;
        train.checkLabels(classes);
        test.checkLabels(classes);
        if (!train.size().equals(test.size())) {
            throw new DataException(test.images.path().toString(), "has images of " + test.size() + ", but "
                    + train.images.path() + " of " + train.size(), "use files of the same data set");
        }
        return new DataSplit(train.dataset(folder + " train", classes), test.dataset(folder + " test", classes));
    }

    /** Some copies have a point before {@code idx}, as the files were called at first. */
    private static @Nullable Path find(Path folder, String name) {
        for (String spelled : List.of(name, name.replace("-idx", ".idx"))) {
            for (String ending : List.of("", ".gz")) {
                Path file = folder.resolve(spelled + ending);
                if (Files.isRegularFile(file)) {
                    DataLinks.check(file, folder);
                    return file;
                }
            }
        }
        return null;
    }

    /** The images of one split and their labels. */
    private record Pair(IdxFile images, IdxFile labels) {
        static Pair read(Path imageFile, Path labelFile) {
            IdxFile labels = IdxFile.read(labelFile, 1); // the small one first: a mistake shows sooner
            IdxFile images = IdxFile.read(imageFile, 3);
            if (images.dimension(0) != labels.data().length) {
                throw new DataException(labelFile.toString(), "has " + labels.data().length + " labels, but "
                        + imageFile + " has " + images.dimension(0) + " images", "use two files of the same data set");
            }
            return new Pair(images, labels);
        }

        ImageSize size() {
            return new ImageSize(images.dimension(1), images.dimension(2));
        }

        int largestLabel() {
            int largest = 0;
            for (byte label : labels.data()) {
                largest = Math.max(largest, label & 0xFF);
            }
            return largest;
        }

        void checkLabels(int classes) {
            byte[] all = labels.data();
            for (int i = 0; i < all.length; i++) {
                if ((all[i] & 0xFF) >= classes) {
                    throw new DataException(labels.path().toString(), "image " + i + " has label " + (all[i] & 0xFF)
                            + ", outside 0 .. " + (classes - 1), "correct the file or the number of classes");
                }
            }
        }

        ImageDataset dataset(String name, int classes) {
            return new MemoryImages(name, ClassNames.numbers(classes), size(), images.data(), labels.data());
        }
    }
}

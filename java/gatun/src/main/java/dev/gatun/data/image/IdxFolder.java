package dev.gatun.data.image;

import dev.gatun.data.ClassNames;
import dev.gatun.data.DataException;
import dev.gatun.data.DataOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads four IDX files under MNIST's names, plain or packed by gzip: those of a folder, or of one folder at any depth
 * of a zip archive.
 */
public final class IdxFolder {
    private static final List<String> NAMES = List.of(
            "train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte");

    private IdxFolder() {}

    /** Returns whether a folder has at least one of the four files. */
    public static boolean matches(Path folder) {
        return NAMES.stream().anyMatch(name -> find(folder, name) != null);
    }

    /** Returns whether an archive has at least one of the four files. */
    static boolean matches(ZipTree archive) {
        return NAMES.stream().anyMatch(name -> !find(archive, name).isEmpty());
    }

    /**
     * Opens the data set of a folder.
     *
     * @throws dev.gatun.data.DataException when a file is missing or damaged, or the files do not fit together
     */
    public static DataSplit open(Path folder, DataOptions options) {
        List<IdxFile.Place> files = new ArrayList<>();
        for (String name : NAMES) {
            Path file = find(folder, name);
            files.add(file == null ? missing(folder.toString(), name) : new OnDisk(file));
        }
        return open(folder.toString(), files, options);
    }

    /** Opens the data set of an archive, which may be closed afterwards. */
    static DataSplit open(ZipTree archive, DataOptions options) {
        List<IdxFile.Place> files = new ArrayList<>();
        for (String name : NAMES) {
            List<String> found = find(archive, name);
            if (found.size() > 1) {
                throw new DataException(archive.name(), "has several data sets: " + String.join(", ", found),
                        "unpack it and give the folder of one");
            }
            files.add(found.isEmpty() ? missing(archive.name(), name) : new InArchive(archive, found.getFirst()));
        }
        return open(archive.name(), files, options);
    }

    private static IdxFile.Place missing(String where, String name) {
        throw new DataException(where, "has no " + name + " (or " + name + ".gz)",
                "put all four files there: " + String.join(", ", NAMES));
    }

    private static DataSplit open(String folder, List<IdxFile.Place> files, DataOptions options) {
        Pair train = Pair.read(files.get(0), files.get(1));
        Pair test = Pair.read(files.get(2), files.get(3));
        int classes = options.classes() > 0 ? options.classes() : train.largestLabel() + 1;
        train.checkLabels(classes);
        test.checkLabels(classes);
        if (!train.size().equals(test.size())) {
            throw new DataException(test.images.name(), "has images of " + test.size() + ", but "
                    + train.images.name() + " of " + train.size(), "use files of the same data set");
        }
        return new DataSplit(train.dataset(folder + " train", classes), test.dataset(folder + " test", classes));
    }

    /** Some copies have a point before {@code idx}, as the files were called at first. */
    private static List<String> spellings(String name) {
        String point = name.replace("-idx", ".idx");
        return List.of(name, name + ".gz", point, point + ".gz");
    }

    private static @Nullable Path find(Path folder, String name) {
        for (String spelled : spellings(name)) {
            Path file = folder.resolve(spelled);
            if (Files.isRegularFile(file)) {
                DataLinks.check(file, folder);
                return file;
            }
        }
        return null;
    }

    private static List<String> find(ZipTree archive, String name) {
        return spellings(name).stream().map(archive::called).flatMap(List::stream).toList();
    }

    /** A file of a folder. */
    private record OnDisk(Path path) implements IdxFile.Place {
        @Override
        public String name() {
            return path.toString();
        }

        @Override
        public long size() throws IOException {
            return Files.size(path);
        }

        @Override
        public InputStream open() throws IOException {
            return Files.newInputStream(path);
        }
    }

    /** A file of an archive: its checksum is compared before anything of it is believed. */
    private record InArchive(ZipTree archive, String file) implements IdxFile.Place {
        @Override
        public String name() {
            return archive.describe(file);
        }

        @Override
        public long size() {
            return archive.size(file);
        }

        @Override
        public InputStream open() {
            if (size() > FileTree.LARGEST_FILE) {
                throw new DataException(name(), "is larger than " + (FileTree.LARGEST_FILE >> 20) + " MiB",
                        "unpack the archive and give the folder");
            }
            return new ByteArrayInputStream(archive.read(file));
        }
    }

    /** The images of one split and their labels. */
    private record Pair(IdxFile images, IdxFile labels) {
        static Pair read(IdxFile.Place imageFile, IdxFile.Place labelFile) {
            IdxFile labels = IdxFile.read(labelFile, 1); // the small one first: a mistake shows sooner
            IdxFile images = IdxFile.read(imageFile, 3);
            if (images.dimension(0) != labels.data().length) {
                throw new DataException(labels.name(), "has " + labels.data().length + " labels, but "
                        + images.name() + " has " + images.dimension(0) + " images",
                        "use two files of the same data set");
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
                    throw new DataException(labels.name(), "image " + i + " has label " + (all[i] & 0xFF)
                            + ", outside 0 .. " + (classes - 1), "correct the file or the number of classes");
                }
            }
        }

        ImageDataset dataset(String name, int classes) {
            return new MemoryImages(name, ClassNames.numbers(classes), size(), images.data(), labels.data());
        }
    }
}

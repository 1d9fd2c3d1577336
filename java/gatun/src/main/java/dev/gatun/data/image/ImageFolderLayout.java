package dev.gatun.data.image;

import dev.gatun.data.ClassNames;
import dev.gatun.data.DataException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds the splits, classes and images among the names of a file tree: {@code <split>/<class>/<image>}, all below one
 * more folder or not. Anything else within a split is a mistake that is named, as a mistyped extension would otherwise
 * be an image less; hidden files and what file managers leave behind are passed over.
 */
final class ImageFolderLayout {
    static final String TRAIN = "train";
    private static final List<String> VALIDATIONS = List.of("val", "valid", "validation");
    /** The first of these that is there is the test split. */
    private static final List<String> TESTS =
            Stream.concat(Stream.of("test"), VALIDATIONS.stream()).toList();
    /** All folders that may be splits. */
    static final List<String> SPLITS = Stream.concat(Stream.of(TRAIN), TESTS.stream()).toList();

    private static final Set<String> EXTENSIONS = Set.of("jpg", "jpeg", "png", "bmp", "gif", "tif", "tiff");
    /** Pictures of formats that are not read: each is an image of its class, which nobody wants removed. */
    private static final Set<String> PICTURES = Set.of("webp", "avif", "heic", "heif", "jxl", "jp2", "j2k", "ppm",
            "pgm", "pnm", "tga", "psd", "svg", "dng", "cr2", "nef", "arw");
    private static final Set<String> JUNK = Set.of("thumbs.db", "desktop.ini", "__macosx");
    private static final String EXPECTED = "train/<class>/<image>.jpg and test/<class>/<image>.jpg";

    /** What Java reads where bytes of a name are none of the encoding. */
    private static final char NO_CHARACTER = '\uFFFD';

    private final FileTree tree;
    private final List<String> names;
    private final String prefix;

    /** The images of a split by class, both in the order of their names. */
    record Split(String name, Map<String, List<String>> files) {
        List<String> all() {
            return files.values().stream().flatMap(List::stream).toList();
        }

        /** The same without some files, and without classes that have no others. */
        Split without(Set<String> skipped) {
            Map<String, List<String>> left = new TreeMap<>();
            files.forEach((label, images) -> {
                List<String> good = images.stream().filter(image -> !skipped.contains(image)).toList();
                if (!good.isEmpty()) {
                    left.put(label, good);
                }
            });
            return new Split(name, left);
        }
    }

    ImageFolderLayout(FileTree tree) {
        this.tree = tree;
        this.names = tree.names().stream().filter(name -> !hidden(name)).toList();
        this.prefix = prefix();
    }

    Split train() {
        return split(TRAIN);
    }

    Split test() {
        return first(TESTS).map(this::split).orElseThrow(() -> new DataException(
                tree.name(), "has no test split: no folder test, val or valid beside train",
                "move some images of each class from train/<class> to test/<class>"));
    }

    /** The images for validation; empty where there are none, or they are the test split. */
    Optional<Split> validation() {
        return first(VALIDATIONS).filter(name -> !first(TESTS).equals(Optional.of(name))).map(this::split);
    }

    private Optional<String> first(List<String> splits) {
        return splits.stream().filter(name -> has(prefix + name + "/")).findFirst();
    }

    private String prefix() {
        if (has(TRAIN + "/")) {
            return "";
        }
        Set<String> tops = new TreeSet<>();
        names.forEach(name -> tops.add(name.substring(0, name.indexOf('/') + 1)));
        tops.remove(""); // files beside the one folder, such as a licence
        if (tops.size() == 1 && has(tops.iterator().next() + TRAIN + "/")) {
            return tops.iterator().next();
        }
        throw new DataException(
                tree.name(),
                "is no data set: it has neither the four files of MNIST nor a folder train",
                "arrange it as " + EXPECTED);
    }

    private boolean has(String folder) {
        return names.stream().anyMatch(name -> name.startsWith(folder));
    }

    private Split split(String split) {
        String start = prefix + split + "/";
        Map<String, List<String>> files = new TreeMap<>();
        for (String name : names) {
            if (name.startsWith(start) && name.length() > start.length()) {
                add(name, name.substring(start.length()), files);
            }
        }
        if (files.isEmpty()) {
            throw new DataException(tree.describe(start), "has no class folders", "arrange the images as " + EXPECTED);
        }
        files.forEach((label, images) -> {
            if (images.isEmpty()) {
                throw new DataException(
                        tree.describe(start + label), "is a class without images", "add images or remove the folder");
            }
        });
        return new Split(split, files);
    }

    private void add(String name, String inSplit, Map<String, List<String>> files) {
        int slash = inSplit.indexOf('/');
        if (slash <= 0) {
            throw new DataException(
                    tree.describe(name), "lies in no class folder", "arrange the images as " + EXPECTED);
        }
        String label = ClassNames.normal(inSplit.substring(0, slash));
        if (label.indexOf(NO_CHARACTER) >= 0) {
            throw new DataException(tree.describe(name.substring(0, name.length() - inSplit.length() + slash)),
                    "the name of this class is no text, as " + FolderTree.notText(), FolderTree.textRemedy());
        }
        String file = inSplit.substring(slash + 1);
        List<String> images = files.computeIfAbsent(label, _ -> new ArrayList<>());
        if (file.isEmpty()) {
            return; // the folder itself
        }
        if (file.indexOf('/') >= 0) {
            throw new DataException(
                    tree.describe(name), "is a folder (or in one) within a class folder",
                    "move its images up or remove it");
        }
        if (!EXTENSIONS.contains(extension(file))) {
            throw new DataException(tree.describe(name),
                    "is no image by its name (.jpg, .jpeg, .png, .bmp, .gif, .tif or .tiff)",
                    PICTURES.contains(extension(file)) ? "convert it to PNG or JPEG" : "remove it");
        }
        images.add(name);
    }

    private static String extension(String file) {
        return file.substring(file.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }

    /** Also {@code ..}: an archive that names something outside of itself has no class of that name. */
    static boolean hidden(String name) {
        for (String part : name.split("/", -1)) {
            if (part.startsWith(".") || JUNK.contains(part.toLowerCase(Locale.ROOT))) {
                return true;
            }
        }
        return false;
    }

    /** The label of each class, and so the order of the classes, is decided by the training split. */
    static @Nullable String firstUnknown(Split train, Split test) {
        return test.files().keySet().stream()
                .filter(label -> !train.files().containsKey(label))
                .findFirst()
                .orElse(null);
    }
}

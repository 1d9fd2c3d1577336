package dev.gatun.data.image;

import dev.gatun.data.BadImages;
import dev.gatun.data.ColorMode;
import dev.gatun.data.DataException;
import dev.gatun.data.image.decode.ImageHeader;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the header and the end of every image before the first is trained on, and tells of all that is wrong: in one
 * exception, or as a list where such images are skipped.
 */
final class ImageScan {
    private static final int NAMED = 5;

    private final FileTree tree;
    private final ImageDecoder decoder;
    private final List<String> files;
    private final BadImages bad;
    private final @Nullable ImageHeader[] headers;
    private final @Nullable DataException[] problems;

    /** Looks at all files, on all processors. */
    ImageScan(FileTree tree, List<String> files, BadImages bad) {
        this.tree = tree;
        this.bad = bad;
        this.decoder = new ImageDecoder(tree);
        this.files = files;
        this.headers = new ImageHeader[files.size()];
        this.problems = new DataException[files.size()];
        forEach(i -> headers[i] = decoder.header(files.get(i)));
        refuse();
    }

    private void forEach(IntConsumer look) {
        IntStream.range(0, files.size()).filter(i -> problems[i] == null).parallel().forEach(i -> {
            try {
                look.accept(i);
            } catch (DataException e) {
                problems[i] = e;
            }
        });
    }

    /**
     * Returns the format of all images: the size of the first, or of most where others are skipped, in colour if any
     * training image is, unless it is said.
     *
     * @param training the first so many files are training images
     * @param oneSize whether all images must have the size of the first
     */
    ImageFormat format(int training, ColorMode color, boolean oneSize) {
        int standard = standard();
        ImageHeader first = header(standard);
        boolean colour = IntStream.range(0, training).filter(i -> problems[i] == null)
                .anyMatch(i -> header(i).channels() == 3);
        ImageFormat format = new ImageFormat(size(standard), first.channels(),
                tree.describe(files.get(standard))).as(color.channels(colour ? 3 : 1), color);
        if (oneSize && bad == BadImages.REFUSE) {
            refuseManySizes(format.size());
        }
        forEach(i -> {
            if (oneSize) {
                decoder.checkSize(files.get(i), size(i), format);
            }
            decoder.checkColour(files.get(i), header(i).channels(), format);
        });
        refuse();
        return format;
    }

    /** Mixed sizes are one fault of the folder; a few images of another size are named by the scan. */
    private void refuseManySizes(ImageSize first) {
        List<Integer> others = IntStream.range(0, files.size()).filter(i -> !size(i).equals(first)).boxed().toList();
        if (others.size() > NAMED) {
            int other = others.getFirst();
            long sizes = IntStream.range(0, files.size()).mapToObj(this::size).distinct().count();
            throw new DataException(tree.name(), String.format(Locale.ROOT,
                    "%d images are of %d sizes, such as %s (%s) and %s (%s), height x width; nothing was trained yet",
                    files.size(), sizes, first, files.getFirst(), size(other), files.get(other)),
                    ImageDecoder.ONE_SIZE);
        }
    }

    private ImageSize size(int index) {
        return new ImageSize(header(index).height(), header(index).width());
    }

    /** The image that others are compared with. */
    private int standard() {
        if (bad == BadImages.REFUSE) {
            return 0;
        }
        Map<ImageSize, Integer> first = new HashMap<>();
        Map<ImageSize, Integer> counts = new HashMap<>();
        for (int i = 0; i < files.size(); i++) {
            if (problems[i] == null) {
                ImageSize size = size(i);
                first.putIfAbsent(size, i);
                counts.merge(size, 1, Integer::sum);
            }
        }
        return first.entrySet().stream().max(Map.Entry.comparingByKey(Comparator.<ImageSize>comparingInt(
                size -> counts.getOrDefault(size, 0)).thenComparingInt(size -> -first.getOrDefault(size, 0))))
                .map(Map.Entry::getValue).orElseThrow(this::refused);
    }

    /** Returns the files that are skipped. */
    Set<String> skippedFiles() {
        return IntStream.range(0, files.size()).filter(i -> problems[i] != null).mapToObj(files::get)
                .collect(Collectors.toSet());
    }

    /** Returns the reason for each file that is skipped. */
    List<String> skipped() {
        return Arrays.stream(problems).filter(Objects::nonNull).map(problem -> String.valueOf(problem.getMessage()))
                .toList();
    }

    private ImageHeader header(int index) {
        return Objects.requireNonNull(headers[index]);
    }

    private void refuse() {
        if (bad == BadImages.REFUSE && Arrays.stream(problems).anyMatch(Objects::nonNull)) {
            throw refused();
        }
    }

    private DataException refused() {
        List<DataException> found = Arrays.stream(problems).filter(Objects::nonNull).toList();
        if (found.size() == 1) {
            return found.getFirst();
        }
        String named = found.stream().limit(NAMED).map(DataException::getMessage)
                .collect(Collectors.joining(" | "));
        String more = found.size() > NAMED ? " | and " + (found.size() - NAMED) + " more" : "";
        return new DataException(tree.name(), found.size() + " of " + files.size() + " images cannot be used: "
                + named + more, "nothing was trained yet", found.getFirst());
    }
}

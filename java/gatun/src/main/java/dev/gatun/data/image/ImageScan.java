package dev.gatun.data.image;

import dev.gatun.data.ColorMode;
import dev.gatun.data.DataException;
import dev.gatun.data.image.decode.ImageHeader;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Looks at the header and the end of every image before the first is trained on, and tells of all that is wrong. */
final class ImageScan {
    private static final int NAMED = 5;

    private final FileTree tree;
    private final ImageDecoder decoder;
    private final List<String> files;
    private final @Nullable ImageHeader[] headers;
    private final @Nullable DataException[] problems;

    /** Looks at all files, on all processors. */
    ImageScan(FileTree tree, List<String> files) {
        this.tree = tree;
        this.decoder = new ImageDecoder(tree);
        this.files = files;
        this.headers = new ImageHeader[files.size()];
        this.problems = new DataException[files.size()];
        forEach(i -> headers[i] = decoder.header(files.get(i)));
        refuse();
    }

    private void forEach(IntConsumer look) {
        IntStream.range(0, files.size()).parallel().forEach(i -> {
            try {
                look.accept(i);
            } catch (DataException e) {
                problems[i] = e;
            }
        });
    }

    /**
     * Returns the format of all images: the size of the first, in colour if any training image is, unless it is said.
     *
     * @param training the first so many files are training images
     * @param oneSize whether all images must have the size of the first
     */
    ImageFormat format(int training, ColorMode color, boolean oneSize) {
        ImageHeader first = header(0);
        boolean colour = IntStream.range(0, training).anyMatch(i -> header(i).channels() == 3);
        ImageFormat format = new ImageFormat(new ImageSize(first.height(), first.width()), first.channels(),
                tree.describe(files.getFirst())).as(color.channels(colour ? 3 : 1), color);
        forEach(i -> {
            ImageHeader header = header(i);
            if (oneSize) {
                decoder.checkSize(files.get(i), new ImageSize(header.height(), header.width()), format);
            }
            decoder.checkColour(files.get(i), header.channels(), format);
        });
        refuse();
        return format;
    }

    private ImageHeader header(int index) {
        return Objects.requireNonNull(headers[index]);
    }

    private void refuse() {
        List<DataException> found = Arrays.stream(problems).filter(Objects::nonNull).toList();
        if (found.size() == 1) {
            throw found.getFirst();
        }
        if (!found.isEmpty()) {
            String named = found.stream().limit(NAMED).map(DataException::getMessage)
                    .collect(Collectors.joining(" | "));
            String more = found.size() > NAMED ? " | and " + (found.size() - NAMED) + " more" : "";
            throw new DataException(tree.name(), found.size() + " of " + files.size() + " images cannot be used: "
                    + named + more, "nothing was trained yet", found.getFirst());
        }
    }
}

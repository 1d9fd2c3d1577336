package dev.gatun.model;

import dev.gatun.shape.Shape;
import java.util.List;
import java.util.stream.Stream;

/** All networks of the zoo: the image classifiers of {@link Models} by name, and then those for other tasks. */
public final class Zoo {
    private static final List<ZooEntry> OTHERS = List.of(
            new ZooEntry.Segmentation("unet", "Ronneberger et al., 2015", (name, channels, height, width, classes) -> {
                UNet.check(Shape.of(1, channels, height, width));
                return new SegmentationModel(name, channels, height, width, classes, new UNet(classes));
            }),
            new ZooEntry.ImageToImage("style_transfer", "Johnson et al., 2016", (name, channels, height, width, _) -> {
                StyleTransfer.check(Shape.of(1, channels, height, width));
                return new ImageToImageModel(name, channels, height, width, new StyleTransfer(channels));
            }),
            new ZooEntry.Language("char_lstm", "Graves, 2013"));

    private static final List<ZooEntry> ENTRIES = Stream.concat(
            Models.names().stream().map(name -> new ZooEntry.Classification(name, Models.source(name))),
            OTHERS.stream()).toList();

    private Zoo() {}

    /** Returns all networks. */
    public static List<ZooEntry> entries() {
        return ENTRIES;
    }

    /** Returns their names. */
    public static List<String> names() {
        return ENTRIES.stream().map(ZooEntry::name).toList();
    }

    /**
     * Returns the network of a name.
     *
     * @throws IllegalArgumentException for an unknown name
     */
    public static ZooEntry named(String name) {
        return ENTRIES.stream().filter(entry -> entry.name().equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "there is no model \"" + name + "\", only " + names()));
    }
}

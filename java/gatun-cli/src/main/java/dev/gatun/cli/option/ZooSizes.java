package dev.gatun.cli.option;

import dev.gatun.model.Architecture;
import dev.gatun.model.Stem;
import dev.gatun.model.ZooEntry;

/**
 * What the networks of the zoo read; each takes what it needs.
 *
 * @param image   of those that read images
 * @param classes of those that classify images or their pixels
 * @param stem    of image classifiers
 * @param text    of those that read texts
 */
public record ZooSizes(ImageShape image, int classes, Stem stem, TextShape text) {
    /** Colour images of CIFAR's size. */
    public static final ImageShape COLOUR = new ImageShape(3, 32, 32);
    /** So many classes. */
    public static final int CLASSES = 10;
    /** Texts of ASCII. */
    public static final TextShape ASCII = new TextShape(50, 128);

    /**
     * Returns a network of these sizes.
     *
     * @throws IllegalArgumentException if it cannot read such images
     */
    public Architecture of(ZooEntry entry) {
        return switch (entry) {
            case ZooEntry.Classification one ->
                    one.create(image.channels(), image.height(), image.width(), classes, stem);
            case ZooEntry.Segmentation one -> one.create(image.channels(), image.height(), image.width(), classes);
            case ZooEntry.ImageToImage one -> one.create(image.channels(), image.height(), image.width());
            case ZooEntry.Language one -> one.create(text.steps(), text.characters());
        };
    }

    /** Returns what a network reads, as the values of the options: {@code 3x32x32}. */
    public String input(ZooEntry entry) {
        return switch (entry) {
            case ZooEntry.Classification _, ZooEntry.Segmentation _, ZooEntry.ImageToImage _ ->
                    image.channels() + "x" + image.height() + "x" + image.width();
            case ZooEntry.Language _ -> text.steps() + "x" + text.characters();
        };
    }
}

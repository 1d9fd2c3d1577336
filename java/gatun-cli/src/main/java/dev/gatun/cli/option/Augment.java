package dev.gatun.cli.option;

import dev.gatun.data.image.ImageDataset;
import dev.gatun.data.image.ImageSize;
import dev.gatun.data.image.augment.AugmentationNames;
import java.util.List;
import java.util.Locale;

/**
 * The augmentation of training images.
 *
 * @param text as {@link AugmentationNames} reads it, or {@code auto}
 */
public record Augment(String text) {
    /** No augmentation. */
    public static final Augment NONE = new Augment("none");
    /** Shifts by up to four pixels, and a mirror image with probability 1/2. */
    public static final Augment CIFAR = new Augment("cifar");
    /** The augmentation of the model's recipe for such images. */
    public static final Augment AUTO = new Augment("auto");

    /** Images on which a text is tried before there are any. */
    private static final ImageSize ANY = new ImageSize(64, 64);

    /** Returns the part of {@code --help} on augmentations; percent signs are doubled, as picocli requires. */
    public static List<String> help() {
        return List.of("", "Augmentations are joined by +; what is left out of their options is as shown:",
                "  none   cifar (crop+flip)   flip:p=0.5   vertical-flip:p=0.5   crop:pad=4   rotate:degrees=15",
                "  resized-crop:min=0.08,max=1,ratio=1.33    a random part of the area, at random sides, resized",
                "  color:brightness=0.4,contrast=0.4,saturation=0.4,hue=0    in a random order",
                "  randaugment:ops=2,magnitude=9    cutout:size=N (half of the image)",
                "  erase:p=0.5,min=0.02,max=0.33,ratio=3.33",
                "  mixup:alpha=0.2   cutmix:alpha=1    mix each image with another, and their labels");
    }

    /**
     * Reads a text.
     *
     * @throws IllegalArgumentException with a complete message when it says no augmentation
     */
    public static Augment parse(String text) {
        Augment augment = new Augment(text);
        if (!augment.equals(AUTO)) {
            for (String part : text.toLowerCase(Locale.ROOT).split("\\+", -1)) {
                String name = part.strip().replaceFirst(":.*", "");
                if (!AugmentationNames.names().contains(name)) {
                    throw new IllegalArgumentException(Choices.unknown(name, AugmentationNames.names()));
                }
            }
            AugmentationNames.parse(text, ANY);
        }
        return augment;
    }

    /** Returns the augmentation for {@link #AUTO}; others are returned as they are. */
    public Augment decide(Recipe recipe, ImageDataset images) {
        return equals(AUTO) ? images.channels() > 1 ? recipe.colour() : NONE : this;
    }

    /**
     * Returns what it does to images; {@link #AUTO} must be {@linkplain #decide decided} first.
     *
     * @throws IllegalArgumentException when it does not fit their size
     */
    public AugmentationNames.Parsed of(ImageDataset images) {
        return AugmentationNames.parse(text, new ImageSize(images.height(), images.width()));
    }
}

package dev.gatun.cli.option;

import dev.gatun.data.image.Augmentation;
import dev.gatun.data.image.ImageDataset;
import java.util.List;

/** The augmentation of training images. */
public enum Augment {
    /** No augmentation. */
    NONE,
    /** Shifts by up to four pixels, and a mirror image with probability 1/2. */
    CIFAR,
    /** The augmentation of the model's recipe for such images. */
    AUTO;

    /** Returns the augmentation for {@link #AUTO}; others are returned as they are. */
    public Augment decide(Recipe recipe, ImageDataset images) {
        return this == AUTO ? images.channels() > 1 ? recipe.colour() : NONE : this;
    }

    /** Returns the transformations for images; {@link #AUTO} must be {@linkplain #decide decided} first. */
    public List<Augmentation> steps(ImageDataset images) {
        return switch (this) {
            case NONE -> List.of();
            case CIFAR -> List.of(new Augmentation.Pad(4), new Augmentation.RandomCrop(images.height(), images.width()),
                    new Augmentation.RandomHorizontalFlip(0.5));
            case AUTO -> throw new IllegalStateException("augmentation is still to be decided");
        };
    }
}

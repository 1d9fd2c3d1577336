package dev.gatun.cli.option;

import dev.gatun.data.image.Augmentation;
import dev.gatun.data.image.ImageDataset;
import java.util.List;

/** Which random changes training images go through. */
public enum Augment {
    /** None. */
    NONE,
    /** Shifted by up to four pixels, every second one mirrored. */
    CIFAR,
    /** What the model's recipe says for such images. */
    AUTO;

    /** Decides {@link #AUTO}. */
    public Augment decide(Recipe recipe, ImageDataset images) {
        return this == AUTO ? images.channels() > 1 ? recipe.colour() : NONE : this;
    }

    public List<Augmentation> steps(ImageDataset images) {
        return switch (this) {
            case NONE -> List.of();
            case CIFAR -> List.of(new Augmentation.Pad(4), new Augmentation.RandomCrop(images.height(), images.width()),
                    new Augmentation.RandomHorizontalFlip(0.5));
            case AUTO -> throw new IllegalStateException("augmentation is still to be decided");
        };
    }
}

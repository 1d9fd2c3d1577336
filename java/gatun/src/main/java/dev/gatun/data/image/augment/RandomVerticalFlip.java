package dev.gatun.data.image.augment;

import dev.gatun.data.SeededRandom;
import dev.gatun.data.image.Augmentation;
import dev.gatun.data.image.pixel.PixelBuffer;

/** Turns the image upside down with the given probability. */
public record RandomVerticalFlip(double probability) implements Augmentation.Pixels {
    /** Checks that the probability lies in 0 to 1. */
    public RandomVerticalFlip {
        Checks.probability("vertical-flip", probability);
    }

    @Override
    public void apply(PixelBuffer image, SeededRandom random) {
        if (random.nextDouble() < probability) {
            image.flipVertically();
        }
    }
}

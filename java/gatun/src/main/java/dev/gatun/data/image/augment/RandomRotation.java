package dev.gatun.data.image.augment;

import dev.gatun.data.SeededRandom;
import dev.gatun.data.image.Augmentation;
import dev.gatun.data.image.pixel.Affine;
import dev.gatun.data.image.pixel.PixelBuffer;

/**
 * Rotates the image around its middle, bilinearly, by a uniformly random angle; what comes from outside is black.
 *
 * @param degrees the largest angle to either side
 */
public record RandomRotation(double degrees) implements Augmentation.Pixels {
    /** Checks the angle. */
    public RandomRotation {
        Checks.within("rotate", "degrees", degrees, 0, 180);
    }

    @Override
    public void apply(PixelBuffer image, SeededRandom random) {
        Affine.rotation(random.uniform(-degrees, degrees)).bilinear(image);
    }
}

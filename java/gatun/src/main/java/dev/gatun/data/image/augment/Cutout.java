package dev.gatun.data.image.augment;

import dev.gatun.data.SeededRandom;
import dev.gatun.data.image.Augmentation;
import dev.gatun.data.image.pixel.PixelBuffer;

/**
 * Erases a square whose middle is a random pixel, so that a part of it may lie outside (DeVries and Taylor, 2017).
 *
 * @param size its side in pixels
 */
public record Cutout(int size) implements Augmentation.Pixels {
    /** Checks the size. */
    public Cutout {
        Checks.within("cutout", "size", size, 1, 1 << 20);
    }

    @Override
    public boolean isErasing() {
        return true;
    }

    @Override
    public void apply(PixelBuffer image, SeededRandom random) {
        int y = random.nextInt(image.height());
        int x = random.nextInt(image.width());
        image.erase(y - size / 2, x - size / 2, size, size);
    }
}

package dev.gatun.data.image.augment;

import dev.gatun.data.SeededRandom;
import dev.gatun.data.image.Augmentation;
import dev.gatun.data.image.pixel.PixelBuffer;

/**
 * Erases a rectangle of random area, sides and place: torchvision's {@code RandomErasing} after its {@code Normalize}.
 *
 * @param probability how likely an image is erased at all
 * @param least       the least share of the image's area
 * @param most        the largest share of the image's area
 * @param ratio       the largest ratio of width to height, and of height to width; their logarithm is uniformly random
 */
public record RandomErasing(double probability, double least, double most, double ratio)
        implements Augmentation.Pixels {
    private static final int ATTEMPTS = 10;

    /** Checks the numbers. */
    public RandomErasing {
        Checks.probability("erase", probability);
        Checks.within("erase", "min", least, 0, 1);
        Checks.within("erase", "max", most, least, 1);
        Checks.within("erase", "ratio", ratio, 1, 1e6);
    }

    @Override
    public boolean isErasing() {
        return true;
    }

    @Override
    public void apply(PixelBuffer image, SeededRandom random) {
        if (random.nextDouble() >= probability) {
            return;
        }
        for (int i = 0; i < ATTEMPTS; i++) {
            DrawnSides sides = DrawnSides.draw(image, least, most, ratio, random);
            int rows = sides.first();
            int columns = sides.second();
            if (rows < image.height() && columns < image.width()) {
                image.erase(random.nextInt(image.height() - rows + 1), random.nextInt(image.width() - columns + 1),
                        rows, columns);
                return;
            }
        }
    }
}

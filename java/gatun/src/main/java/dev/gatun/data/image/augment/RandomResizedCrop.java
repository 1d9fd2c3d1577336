package dev.gatun.data.image.augment;

import dev.gatun.data.SeededRandom;
import dev.gatun.data.image.Augmentation;
import dev.gatun.data.image.ImageSize;
import dev.gatun.data.image.pixel.PixelBuffer;

/**
 * Crops a rectangle of a random share of the image's area, random sides and at a random place, and resizes it, with
 * antialiasing, to one size: torchvision's {@code RandomResizedCrop}.
 *
 * @param height rows of the result
 * @param width  columns of the result
 * @param least  the least share of the area
 * @param most   the largest share of the area
 * @param ratio  the largest ratio of width to height, and of height to width; their logarithm is uniformly random
 */
public record RandomResizedCrop(int height, int width, double least, double most, double ratio)
        implements Augmentation.Pixels {
    private static final int ATTEMPTS = 10;

    /** Checks the numbers. */
    public RandomResizedCrop {
        Checks.within("resized-crop", "min", least, Double.MIN_VALUE, 1);
        Checks.within("resized-crop", "max", most, least, 1);
        Checks.within("resized-crop", "ratio", ratio, 1, 1e6);
    }

    /** Creates one with torchvision's numbers: 8 % to all of the area, sides up to 4:3. */
    public RandomResizedCrop(int height, int width) {
        this(height, width, 0.08, 1, 4.0 / 3);
    }

    @Override
    public ImageSize resize(ImageSize input) {
        return new ImageSize(height, width);
    }

    @Override
    public void apply(PixelBuffer image, SeededRandom random) {
        for (int i = 0; i < ATTEMPTS; i++) {
            DrawnSides sides = DrawnSides.draw(image, least, most, ratio, random);
            int columns = sides.first();
            int rows = sides.second();
            if (columns > 0 && columns <= image.width() && rows > 0 && rows <= image.height()) {
                int top = random.nextInt(image.height() - rows + 1);
                int left = random.nextInt(image.width() - columns + 1);
                image.resizedCrop(top, left, rows, columns, height, width);
                return;
            }
        }
        // None fits: the largest one in the middle, of sides that are allowed.
        double own = (double) image.width() / image.height();
        int columns = own > ratio ? (int) Math.rint(image.height() * ratio) : image.width();
        int rows = own < 1 / ratio ? (int) Math.rint(image.width() * ratio) : image.height();
        image.resizedCrop((image.height() - rows) / 2, (image.width() - columns) / 2, rows, columns, height, width);
    }
}

package dev.gatun.data.image.augment;

import dev.gatun.data.SeededRandom;
import dev.gatun.data.image.pixel.PixelBuffer;

/** Sides of a rectangle of drawn area and shape, as torchvision draws them: the first may be longer or shorter. */
record DrawnSides(int first, int second) {
    /**
     * Draws them.
     *
     * @param least the least share of the image's area
     * @param most  the greatest share of it
     * @param ratio the greatest ratio of the sides; its logarithm is uniform
     */
    static DrawnSides draw(PixelBuffer image, double least, double most, double ratio, SeededRandom random) {
        double area = (double) image.height() * image.width() * random.uniform(least, most);
        double logarithm = StrictMath.log(ratio);
        double shape = StrictMath.exp(random.uniform(-logarithm, logarithm));
        return new DrawnSides((int) Math.rint(Math.sqrt(area * shape)), (int) Math.rint(Math.sqrt(area / shape)));
    }
}

package dev.gatun.data.image.augment;

import dev.gatun.data.SeededRandom;
import dev.gatun.data.image.Augmentation;
import dev.gatun.data.image.pixel.Colors;
import dev.gatun.data.image.pixel.PixelBuffer;

/**
 * Changes brightness, contrast, saturation and hue in a random order, as torchvision's {@code ColorJitter}. The first
 * three by a factor that is uniformly random between 1 less a number, but not below 0, and 1 more.
 *
 * @param brightness at least 0
 * @param contrast   at least 0
 * @param saturation at least 0
 * @param hue        the hue's circle is turned by at most this part to either side, at most 0.5
 */
public record ColorJitter(double brightness, double contrast, double saturation, double hue)
        implements Augmentation.Pixels {
    /** Checks the numbers. */
    public ColorJitter {
        Checks.within("color", "brightness", brightness, 0, 255);
        Checks.within("color", "contrast", contrast, 0, 255);
        Checks.within("color", "saturation", saturation, 0, 255);
        Checks.within("color", "hue", hue, 0, 0.5);
    }

    @Override
    public void apply(PixelBuffer image, SeededRandom random) {
        int left = 0b1111;
        for (int i = 4; i > 0; i--) {
            int next = nth(left, random.nextInt(i));
            left &= ~(1 << next);
            switch (next) {
                case 0 -> Colors.brightness(image, factor(random, brightness));
                case 1 -> Colors.contrast(image, factor(random, contrast));
                case 2 -> Colors.saturation(image, factor(random, saturation));
                default -> Colors.hue(image, random.uniform(-hue, hue));
            }
        }
    }

    /** The number of the bit before which so many others are set. */
    private static int nth(int bits, int before) {
        int rest = bits;
        for (int i = 0; i < before; i++) {
            rest &= rest - 1;
        }
        return Integer.numberOfTrailingZeros(rest);
    }

    private static double factor(SeededRandom random, double amount) {
        return random.uniform(Math.max(0, 1 - amount), 1 + amount);
    }
}

package dev.gatun.data.image.augment;

import dev.gatun.data.SeededRandom;
import dev.gatun.data.image.Augmentation;
import dev.gatun.data.image.pixel.Affine;
import dev.gatun.data.image.pixel.Colors;
import dev.gatun.data.image.pixel.PixelBuffer;

/**
 * Applies some of fourteen changes, drawn with replacement, each with the same magnitude (Cubuk et al., 2020): those of
 * torchvision's {@code RandAugment}, with its ranges. Those that have a sign have either with probability 1/2.
 *
 * @param changes   number of changes
 * @param magnitude from 0 to 30
 */
public record RandAugment(int changes, int magnitude) implements Augmentation.Pixels {
    private static final int LARGEST = 30;

    /** One of the changes. */
    public enum Change {
        /** None. */
        IDENTITY,
        /** Shears rows, by up to 0.3 columns a row. */
        SHEAR_X,
        /** Shears columns, by up to 0.3 rows a column. */
        SHEAR_Y,
        /** Shifts by up to 45 % of the width. */
        TRANSLATE_X,
        /** Shifts by up to 45 % of the height. */
        TRANSLATE_Y,
        /** Rotates by up to 30 degrees. */
        ROTATE,
        /** Changes brightness by a factor of up to 0.9 from 1. */
        BRIGHTNESS,
        /** Changes saturation so. */
        COLOR,
        /** Changes contrast so. */
        CONTRAST,
        /** Changes sharpness so. */
        SHARPNESS,
        /** Keeps 8 to 4 bits. */
        POSTERIZE,
        /** Inverts values from a threshold on, 255 to 0. */
        SOLARIZE,
        /** Stretches each channel to the whole range. */
        AUTO_CONTRAST,
        /** Equalizes each channel's histogram. */
        EQUALIZE;

        /**
         * Applies it.
         *
         * @param strength from -1 to 1, of which some take the magnitude only
         */
        public void apply(PixelBuffer image, double strength) {
            int height = image.height();
            int width = image.width();
            double magnitude = Math.abs(strength);
            switch (this) {
                case IDENTITY -> { }
                case SHEAR_X -> Affine.shear(0.3 * strength, 0, height, width).nearest(image);
                case SHEAR_Y -> Affine.shear(0, 0.3 * strength, height, width).nearest(image);
                case TRANSLATE_X -> Affine.translation((int) (150.0 / 331 * width * strength), 0).nearest(image);
                case TRANSLATE_Y -> Affine.translation(0, (int) (150.0 / 331 * height * strength)).nearest(image);
                case ROTATE -> Affine.rotation(30 * strength).nearest(image);
                case BRIGHTNESS -> Colors.brightness(image, 1 + 0.9 * strength);
                case COLOR -> Colors.saturation(image, 1 + 0.9 * strength);
                case CONTRAST -> Colors.contrast(image, 1 + 0.9 * strength);
                case SHARPNESS -> Colors.sharpness(image, 1 + 0.9 * strength);
                case POSTERIZE -> Colors.posterize(image, 8 - (int) Math.rint(4 * magnitude));
                case SOLARIZE -> Colors.solarize(image, 255 * (1 - magnitude));
                case AUTO_CONTRAST -> Colors.autoContrast(image);
                case EQUALIZE -> Colors.equalize(image);
            }
        }
    }

    private static final Change[] CHANGES = Change.values();

    /** Checks the numbers. */
    public RandAugment {
        Checks.within("randaugment", "ops", changes, 1, 20);
        Checks.within("randaugment", "magnitude", magnitude, 0, LARGEST);
    }

    /** Creates the usual one: two changes of magnitude 9. */
    public RandAugment() {
        this(2, 9);
    }

    @Override
    public void apply(PixelBuffer image, SeededRandom random) {
        for (int i = 0; i < changes; i++) {
            Change change = CHANGES[random.nextInt(CHANGES.length)];
            double strength = (double) magnitude / LARGEST;
            change.apply(image, random.nextInt(2) == 0 ? strength : -strength);
        }
    }
}

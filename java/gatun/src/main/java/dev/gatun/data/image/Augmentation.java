package dev.gatun.data.image;

import dev.gatun.data.SeededRandom;
import dev.gatun.data.image.pixel.PixelBuffer;
import java.util.List;

/**
 * A random transformation of training images, applied in list order before normalisation. The numbers drawn depend on
 * (seed, epoch, image index) only.
 */
public sealed interface Augmentation {
    /**
     * Returns the size of the results for images of the given size.
     *
     * @throws IllegalArgumentException when they are too small
     */
    ImageSize resize(ImageSize input);

    /** Adds {@code pixels} black rows and columns (pixel value 0, before normalisation) on each of the four sides. */
    record Pad(int pixels) implements Augmentation {
        /** Checks that the border is not negative. */
        public Pad {
            if (pixels < 0) {
                throw new IllegalArgumentException("negative border: " + pixels + " pixels");
            }
        }

        @Override
        public ImageSize resize(ImageSize input) {
            return new ImageSize(input.height() + 2 * pixels, input.width() + 2 * pixels);
        }
    }

    /** Crops to a rectangle at a uniformly random position. */
    record RandomCrop(int height, int width) implements Augmentation {
        /** Checks that the rectangle has pixels. */
        public RandomCrop {
            if (height < 1 || width < 1) {
                throw new IllegalArgumentException("a crop needs at least one pixel: " + height + " x " + width);
            }
        }

        @Override
        public ImageSize resize(ImageSize input) {
            if (height > input.height() || width > input.width()) {
                throw new IllegalArgumentException("a crop of " + height + " x " + width
                        + " does not fit into images of " + input + ": pad them first, or crop less");
            }
            return new ImageSize(height, width);
        }
    }

    /** Mirrors the image horizontally with the given probability. */
    record RandomHorizontalFlip(double probability) implements Augmentation {
        /** Checks that the probability lies in 0 to 1. */
        public RandomHorizontalFlip {
            if (!(probability >= 0 && probability <= 1)) {
                throw new IllegalArgumentException("a probability lies in 0 .. 1: " + probability);
            }
        }

        @Override
        public ImageSize resize(ImageSize input) {
            return input;
        }
    }

    /** An augmentation that changes pixels, as one's own may. What only moves them is faster by those above. */
    non-sealed interface Pixels extends Augmentation {
        /**
         * Changes an image, with all numbers that it draws from {@code random} alone.
         *
         * @param image the image, whose size becomes that of {@link #resize}
         */
        void apply(PixelBuffer image, SeededRandom random);

        /** Returns whether it only {@linkplain PixelBuffer#erase erases}; nothing but such may follow it. */
        default boolean isErasing() {
            return false;
        }

        @Override
        default ImageSize resize(ImageSize input) {
            return input;
        }
    }

    /** Returns the usual augmentation of CIFAR: pad by 4, crop to 32 x 32, mirror with probability 1/2. */
    static List<Augmentation> cifar() {
        return List.of(new Pad(4), new RandomCrop(32, 32), new RandomHorizontalFlip(0.5));
    }

    /** Returns the size of the results of a list of augmentations for images of the given size. */
    static ImageSize resize(List<Augmentation> augmentations, ImageSize input) {
        ImageSize size = input;
        boolean erased = false;
        for (Augmentation augmentation : augmentations) {
            boolean erases = augmentation instanceof Pixels pixels && pixels.isErasing();
            if (erased && !erases) {
                throw new IllegalArgumentException("what erases comes last, but " + augmentation + " follows it");
            }
            erased = erases;
            size = augmentation.resize(size);
        }
        return size;
    }
}

package dev.gatun.data.image;

import dev.gatun.data.DataOptions;
import dev.gatun.data.Validation;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Training, validation and test images, equal in size, channels and classes.
 *
 * @param train      images to train on
 * @param validation images that a run is watched on while it trains; null for none
 * @param test       images to measure the result on
 * @param skipped    images that could not be used and were left out, each with the reason
 */
public record DataSplit(
        ImageDataset train, @Nullable ImageDataset validation, ImageDataset test, List<String> skipped)
        implements AutoCloseable {
    /** Copies the list. */
    public DataSplit {
        skipped = List.copyOf(skipped);
    }

    /** Creates a split of which nothing was left out. */
    public DataSplit(ImageDataset train, @Nullable ImageDataset validation, ImageDataset test) {
        this(train, validation, test, List.of());
    }

    /** Creates a split without validation images. */
    public DataSplit(ImageDataset train, ImageDataset test) {
        this(train, null, test);
    }

    /** Returns the images to evaluate after each epoch: those for validation, the test images where there are none. */
    public ImageDataset watched() {
        return validation == null ? test : validation;
    }

    /** Returns the same with other training images, which own those that they are made from. */
    public DataSplit withTrain(ImageDataset newTrain) {
        return new DataSplit(newTrain, validation, test, skipped);
    }

    /** Returns all three splits changed in one way; the results own what they are made from. */
    DataSplit map(UnaryOperator<ImageDataset> change) {
        return new DataSplit(change.apply(train), validation == null ? null : change.apply(validation),
                change.apply(test), skipped);
    }

    /**
     * Returns as many training and test images as options say, with some training images held out for validation where
     * they say so. The result owns this split.
     *
     * @throws IllegalArgumentException when the data has validation images of its own already, or too few images
     */
    public DataSplit limited(DataOptions options) {
        ImageDataset some = SelectedImages.limit(train, options.limit(), options.limitSeed());
        ImageDataset tests = SelectedImages.limit(test, options.testLimit(), options.limitSeed());
        int heldOut = options.validation().images(some.size());
        if (heldOut == 0) {
            if (options.validation() instanceof Validation.None && validation != null) {
                validation.close();
                return new DataSplit(some, null, tests, skipped);
            }
            return new DataSplit(some, validation, tests, skipped);
        }
        if (validation != null) {
            throw new IllegalArgumentException("the data has " + validation.size() + " images for validation in "
                    + validation.name() + ", so that none are held out of its training images");
        }
        SelectedImages.HeldOut parts = SelectedImages.holdOut(some, heldOut, options.limitSeed());
        return new DataSplit(parts.rest(), parts.heldOut(), tests, skipped);
    }

    @Override
    public void close() {
        try (test; validation) {
            train.close();
        }
    }
}

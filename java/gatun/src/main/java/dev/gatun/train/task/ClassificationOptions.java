package dev.gatun.train.task;

import dev.gatun.data.image.pixel.Mixing;
import dev.gatun.options.WithMethods;

/**
 * What an image classifier is trained by: its loss, and which images it sees how often. Evaluation measures the plain
 * cross-entropy of all images, whatever these say.
 *
 * @param labelSmoothing    share of each label that is spread over all classes, from 0 to below 1
 * @param confidencePenalty strength of a penalty on distributions of low entropy, not negative
 * @param weights           what an image of each class counts for in the loss
 * @param sampling          which images an epoch has
 * @param mixing            whether images are mixed with others
 */
@WithMethods
public record ClassificationOptions(
        double labelSmoothing, double confidencePenalty, ClassWeights weights, Sampling sampling, Mixing mixing)
        implements ClassificationOptionsBuilder.With {
    /** The plain cross-entropy of each image once an epoch. */
    public static final ClassificationOptions DEFAULTS =
            new ClassificationOptions(0, 0, new ClassWeights.Equal(), Sampling.SHUFFLED, Mixing.NONE);

    /** The images of an epoch. */
    public enum Sampling {
        /** Each once, in a random order. */
        SHUFFLED,
        /** As many, drawn with replacement, so that each class is as likely as any other. */
        BALANCED
    }

    /** Checks the numbers. */
    public ClassificationOptions {
        if (!(labelSmoothing >= 0 && labelSmoothing < 1)) {
            throw new IllegalArgumentException("label smoothing must lie in [0, 1), got " + labelSmoothing);
        }
        if (!(confidencePenalty >= 0 && Double.isFinite(confidencePenalty))) {
            throw new IllegalArgumentException("the confidence penalty must not be negative, got "
                    + confidencePenalty);
        }
    }

    /** Returns whether the loss is another than the plain cross-entropy of labels. */
    boolean changesLoss() {
        return labelSmoothing > 0 || confidencePenalty > 0 || !(weights instanceof ClassWeights.Equal)
                || mixing.isActive();
    }
}

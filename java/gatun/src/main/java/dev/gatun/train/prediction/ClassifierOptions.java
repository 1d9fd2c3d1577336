package dev.gatun.train.prediction;

import dev.gatun.graph.PrecisionPolicy;
import dev.gatun.options.WithMethods;
import org.jspecify.annotations.Nullable;

/**
 * Options of an {@link ImageClassifier}.
 *
 * @param batchSize images computed at once; calls may have any number
 * @param top       classes that are named for each image, at most all
 * @param imageSize height and width that images are resized and cropped to; 0 for what training did
 * @param precision what to compute in; null for what the run was trained in
 */
@WithMethods
public record ClassifierOptions(int batchSize, int top, int imageSize, @Nullable PrecisionPolicy precision)
        implements ClassifierOptionsBuilder.With {
    /** Checks the counts. */
    public ClassifierOptions {
        if (batchSize < 1 || top < 1 || imageSize < 0) {
            throw new IllegalArgumentException("batch size and top must be positive, the image size not negative: "
                    + batchSize + ", " + top + ", " + imageSize);
        }
    }

    /** Returns the defaults: batches of 64, the five most probable classes, as in training. */
    public static ClassifierOptions defaults() {
        return new ClassifierOptions(64, 5, 0, null);
    }
}

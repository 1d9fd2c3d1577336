package dev.gatun.train.prediction;

import dev.gatun.data.DataException;

/** Hears of each image, in their order, on the thread that predicts. */
public interface PredictionListener {
    /** An image was classified. */
    void onPrediction(ImagePrediction prediction);

    /**
     * An image cannot be read, or does not fit the model; the others are predicted all the same.
     *
     * @param reason names the image and the remedy, in one line
     */
    void onUnreadable(DataException reason);
}

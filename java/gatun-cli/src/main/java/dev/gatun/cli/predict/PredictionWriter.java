package dev.gatun.cli.predict;

import dev.gatun.train.prediction.ImagePrediction;

/** Writes predictions in a format. */
@FunctionalInterface
interface PredictionWriter {
    /** Writes the lines of one image. */
    void write(ImagePrediction prediction);
}

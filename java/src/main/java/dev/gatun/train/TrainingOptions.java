package dev.gatun.train;

import dev.gatun.backend.AdamHyperparameters;
import dev.gatun.backend.Hyperparameters;
import dev.gatun.data.Augmentation;
import dev.gatun.optim.OptimizerOptions;
import java.util.List;

/**
 * How to train. The defaults are here and nowhere else.
 *
 * @param epochs        passes over the training images
 * @param batchSize     images in a step; images that do not fill a batch are left out of the epoch they fell in
 * @param optimizer     rule and numbers for all parameters
 * @param around        clipping, and an average of the weights, with which the model is then evaluated
 * @param decay         which parameters weight decay applies to
 * @param schedule      how the learning rate moves
 * @param augmentations applied to training images
 * @param seed          decides initial parameters, order, augmentation and dropout
 */
public record TrainingOptions(
        int epochs, int batchSize, Hyperparameters optimizer, OptimizerOptions around, Decayed decay,
        LearningRate schedule, List<Augmentation> augmentations, long seed) {

    /** Which parameters are decayed. */
    public enum Decayed {
        /** Weights only: biases and the scales and shifts of normalisations are not (the usual rule). */
        WEIGHTS,
        /** All parameters, as PyTorch does without parameter groups. */
        ALL
    }

    /** How the learning rate moves over the whole run. */
    public enum LearningRate {
        /** It stays. */
        CONSTANT,
        /** A warm-up over the first twentieth, then half a cosine down to zero. */
        COSINE
    }

    public TrainingOptions {
        if (epochs < 1 || batchSize < 1) {
            throw new IllegalArgumentException(
                    "epochs and batch size must be at least 1, got " + epochs + " and " + batchSize);
        }
        augmentations = List.copyOf(augmentations);
    }

    /** Five epochs of AdamW at 2e-3 with a cosine, batches of 64, weights decayed, no augmentation. */
    public static TrainingOptions defaults() {
        return new TrainingOptions(5, 64, AdamHyperparameters.ADAMW.withLearningRate(2e-3),
                OptimizerOptions.NONE, Decayed.WEIGHTS, LearningRate.COSINE, List.of(), 1);
    }

    /** These options with another number of epochs. */
    public TrainingOptions withEpochs(int newEpochs) {
        return new TrainingOptions(newEpochs, batchSize, optimizer, around, decay, schedule, augmentations, seed);
    }

    /** These options with another batch size. */
    public TrainingOptions withBatchSize(int newBatchSize) {
        return new TrainingOptions(epochs, newBatchSize, optimizer, around, decay, schedule, augmentations, seed);
    }

    /** These options with another optimizer. */
    public TrainingOptions withOptimizer(Hyperparameters newOptimizer) {
        return new TrainingOptions(epochs, batchSize, newOptimizer, around, decay, schedule, augmentations, seed);
    }

    /** These options with other clipping and averaging. */
    public TrainingOptions withAround(OptimizerOptions newAround) {
        return new TrainingOptions(epochs, batchSize, optimizer, newAround, decay, schedule, augmentations, seed);
    }

    /** These options with another choice of decayed parameters. */
    public TrainingOptions withDecay(Decayed newDecay) {
        return new TrainingOptions(epochs, batchSize, optimizer, around, newDecay, schedule, augmentations, seed);
    }

    /** These options with another schedule. */
    public TrainingOptions withSchedule(LearningRate newSchedule) {
        return new TrainingOptions(epochs, batchSize, optimizer, around, decay, newSchedule, augmentations, seed);
    }

    /** These options with other augmentations. */
    public TrainingOptions withAugmentations(List<Augmentation> newAugmentations) {
        return new TrainingOptions(epochs, batchSize, optimizer, around, decay, schedule, newAugmentations, seed);
    }

    /** These options with another seed. */
    public TrainingOptions withSeed(long newSeed) {
        return new TrainingOptions(epochs, batchSize, optimizer, around, decay, schedule, augmentations, newSeed);
    }
}

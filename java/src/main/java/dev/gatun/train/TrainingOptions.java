package dev.gatun.train;

import dev.gatun.backend.AdamHyperparameters;
import dev.gatun.backend.Hyperparameters;
import dev.gatun.backend.WeightStorage;
import dev.gatun.data.Augmentation;
import dev.gatun.optim.LossScaling;
import dev.gatun.optim.OptimizerOptions;
import dev.gatun.optim.RunLength;
import dev.gatun.optim.RunSchedule;
import dev.gatun.optim.RunSchedules;
import java.util.List;

/**
 * How to train. The defaults are here and nowhere else.
 *
 * @param epochs        passes over the training images
 * @param batchSize     images in a batch; images that do not fill a batch are left out of the epoch they fell in
 * @param optimizer     rule and numbers for all parameters
 * @param around        clipping, and an average of the weights, with which the model is then evaluated
 * @param decay         which parameters weight decay applies to
 * @param schedules     how learning rate, momentum and weight decay move
 * @param accumulate    batches whose mean gradient makes one step; the last step of an epoch takes those that are left
 * @param lossScaling   what the loss is multiplied by in the backward pass
 * @param augmentations applied to training images
 * @param seed          decides initial parameters, order, augmentation and dropout
 */
public record TrainingOptions(
        int epochs, int batchSize, Hyperparameters optimizer, OptimizerOptions around, Decayed decay,
        RunSchedules schedules, int accumulate, LossScaling lossScaling, List<Augmentation> augmentations, long seed) {

    /** Which parameters are decayed. */
    public enum Decayed {
        /** Weights only: biases and the scales and shifts of normalisations are not (the usual rule). */
        WEIGHTS,
        /** All parameters, as PyTorch does without parameter groups. */
        ALL
    }

    public TrainingOptions {
        if (epochs < 1 || batchSize < 1 || accumulate < 1) {
            throw new IllegalArgumentException("epochs, batch size and accumulated batches must be at least 1, got " + epochs
                    + ", " + batchSize + " and " + accumulate);
        }
        if (around.weights().format() == WeightStorage.Format.BF16) {
            throw new IllegalArgumentException("programs read weights in f32, not in bf16: train with "
                    + WeightStorage.Format.F32 + " or " + WeightStorage.Format.F32_AND_BF16);
        }
        augmentations = List.copyOf(augmentations);
    }

    /** Five epochs of AdamW at 2e-3 with a cosine, batches of 64, weights decayed, no augmentation. */
    public static TrainingOptions defaults() {
        return new TrainingOptions(5, 64, AdamHyperparameters.ADAMW.withLearningRate(2e-3),
                OptimizerOptions.NONE, Decayed.WEIGHTS, RunSchedules.COSINE, 1, LossScaling.NONE, List.of(), 1);
    }

    /** The length of a run over so many images; images that do not fill a batch are left out. */
    public RunLength length(long images) {
        long steps = Math.ceilDiv(images / batchSize, accumulate);
        return new RunLength(epochs * steps, steps);
    }

    /** These options with another number of epochs. */
    public TrainingOptions withEpochs(int newEpochs) {
        return new TrainingOptions(newEpochs, batchSize, optimizer, around, decay, schedules,
                accumulate, lossScaling, augmentations, seed);
    }

    /** These options with another batch size. */
    public TrainingOptions withBatchSize(int newBatchSize) {
        return new TrainingOptions(epochs, newBatchSize, optimizer, around, decay, schedules,
                accumulate, lossScaling, augmentations, seed);
    }

    /** These options with another optimizer. */
    public TrainingOptions withOptimizer(Hyperparameters newOptimizer) {
        return new TrainingOptions(epochs, batchSize, newOptimizer, around, decay, schedules,
                accumulate, lossScaling, augmentations, seed);
    }

    /** These options with other clipping and averaging. */
    public TrainingOptions withAround(OptimizerOptions newAround) {
        return new TrainingOptions(epochs, batchSize, optimizer, newAround, decay, schedules,
                accumulate, lossScaling, augmentations, seed);
    }

    /** These options with another choice of decayed parameters. */
    public TrainingOptions withDecay(Decayed newDecay) {
        return new TrainingOptions(epochs, batchSize, optimizer, around, newDecay, schedules,
                accumulate, lossScaling, augmentations, seed);
    }

    /** These options with other schedules. */
    public TrainingOptions withSchedules(RunSchedules newSchedules) {
        return new TrainingOptions(epochs, batchSize, optimizer, around, decay, newSchedules,
                accumulate, lossScaling, augmentations, seed);
    }

    /** These options with another schedule of the learning rate. */
    public TrainingOptions withSchedule(RunSchedule schedule) {
        return withSchedules(schedules.withLearningRate(schedule));
    }

    /** These options with another number of batches in a step. */
    public TrainingOptions withAccumulate(int newAccumulate) {
        return new TrainingOptions(epochs, batchSize, optimizer, around, decay, schedules,
                newAccumulate, lossScaling, augmentations, seed);
    }

    /** These options with another scaling of the loss. */
    public TrainingOptions withLossScaling(LossScaling newScaling) {
        return new TrainingOptions(epochs, batchSize, optimizer, around, decay, schedules,
                accumulate, newScaling, augmentations, seed);
    }

    /** These options with other augmentations. */
    public TrainingOptions withAugmentations(List<Augmentation> newAugmentations) {
        return new TrainingOptions(epochs, batchSize, optimizer, around, decay, schedules,
                accumulate, lossScaling, newAugmentations, seed);
    }

    /** These options with another seed. */
    public TrainingOptions withSeed(long newSeed) {
        return new TrainingOptions(epochs, batchSize, optimizer, around, decay, schedules,
                accumulate, lossScaling, augmentations, newSeed);
    }
}

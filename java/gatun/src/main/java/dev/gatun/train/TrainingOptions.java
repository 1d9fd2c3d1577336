package dev.gatun.train;

import dev.gatun.data.LastBatch;
import dev.gatun.data.image.Augmentation;
import dev.gatun.engine.CompileOptions;
import dev.gatun.graph.PrecisionPolicy;
import dev.gatun.optim.LossScaling;
import dev.gatun.optim.OptimizerOptions;
import dev.gatun.optim.Wrappers;
import dev.gatun.optim.schedule.RunLength;
import dev.gatun.optim.schedule.text.RunSchedule;
import dev.gatun.optim.schedule.text.RunSchedules;
import dev.gatun.options.WithMethods;
import dev.gatun.update.Hyperparameters;
import dev.gatun.update.kernel.WeightStorage;
import dev.gatun.update.rule.AdamHyperparameters;
import java.util.List;

/**
 * How to train. The defaults are here and nowhere else.
 *
 * @param epochs           passes over the training examples
 * @param batchSize        examples in a batch
 * @param lastBatch        what to do with the examples at the end of an epoch that do not fill a batch
 * @param optimizer        rule and numbers for all parameters
 * @param optimizerOptions clipping, storage, an average of the weights, with which the model is then evaluated, and
 *                         what the loss is multiplied by in the backward pass
 * @param decay            which parameters weight decay and the L1 term apply to
 * @param schedules        how learning rate, momentum and weight decay move
 * @param accumulate       batches whose examples together make one step; the last step of an epoch takes those that are
 *                         left
 * @param precision        which layers compute in f32, and which in 16 bits on copies of the weights
 * @param wrappers         look-ahead, sharpness-aware minimisation and stochastic averages of the weights
 * @param augmentations    applied to training images, where the task is to classify such
 * @param seed             decides initial parameters, order of examples, augmentation and dropout
 * @param compile          how programs choose among kernels; choices of several programs are kept together
 */
@WithMethods
public record TrainingOptions(
        int epochs, int batchSize, LastBatch lastBatch, Hyperparameters optimizer, OptimizerOptions optimizerOptions,
        Decayed decay, RunSchedules schedules, int accumulate, PrecisionPolicy precision,
        Wrappers wrappers, List<Augmentation> augmentations, long seed, CompileOptions compile)
        implements TrainingOptionsBuilder.With {

    /** Which parameters are decayed. */
    public enum Decayed {
        /** Weights only: biases and the scales and shifts of normalisations are not (the usual rule). */
        WEIGHTS,
        /** All parameters, as PyTorch does without parameter groups. */
        ALL
    }

    public TrainingOptions {
        if (epochs < 1 || batchSize < 1 || accumulate < 1) {
            throw new IllegalArgumentException("epochs, batch size and accumulated batches must be at least 1, got "
                    + epochs
                    + ", " + batchSize + " and " + accumulate);
        }
        if (optimizerOptions.weights().format() == WeightStorage.Format.BF16) {
            throw new IllegalArgumentException("programs read weights in f32, not in bf16: train with "
                    + WeightStorage.Format.F32 + " or " + WeightStorage.Format.F32_AND_BF16);
        }
        if (precision.precision().needsLossScaling()
                && optimizerOptions.lossScaling().equals(LossScaling.NONE)) {
            throw new IllegalArgumentException("small gradients are zero in " + precision.precision().lowerCase()
                    + ": choose a loss scale first, such as dynamic");
        }
        if (wrappers.sharpness() != null && accumulate > 1) {
            throw new IllegalArgumentException("sharpness-aware minimisation goes over a batch twice, and a step has "
                    + accumulate
                    + " batches: use one batch in a step, or leave it out");
        }
        if (wrappers.lookahead() != null && optimizerOptions.weights().hasCopy()) {
            throw new IllegalArgumentException(
                    "look-ahead moves the weights after a step has written their copy in bf16: leave"
                    + " one of them out");
        }
        if (wrappers.lookahead() != null && optimizerOptions.averageDecay() > 0) {
            throw new IllegalArgumentException(
                    "look-ahead moves the weights after a step has averaged them: leave one of them"
                    + " out");
        }
        if (wrappers.average() != null && optimizerOptions.averageDecay() > 0) {
            throw new IllegalArgumentException(
                    "two averages of the weights are kept, but one model is evaluated: leave one out");
        }
        augmentations = List.copyOf(augmentations);
    }

    /** Five epochs of AdamW at 2e-3 with a cosine, batches of 64 and what is left, weights decayed, no augmentation. */
    public static TrainingOptions defaults() {
        return new TrainingOptions(5, 64, LastBatch.KEEP, AdamHyperparameters.ADAMW.withLearningRate(2e-3),
                OptimizerOptions.NONE, Decayed.WEIGHTS, RunSchedules.COSINE, 1, PrecisionPolicy.F32,
                Wrappers.NONE,
                List.of(), 1, CompileOptions.defaults());
    }

    /** What the loss is multiplied by in the backward pass: one of {@link #optimizerOptions}. */
    public LossScaling lossScaling() {
        return optimizerOptions.lossScaling();
    }

    /** These options with another loss scaling. */
    public TrainingOptions withLossScaling(LossScaling scaling) {
        return withOptimizerOptions(optimizerOptions.withLossScaling(scaling));
    }

    /** The length of a run over so many examples. */
    public RunLength length(long examples) {
        long steps = Math.ceilDiv(lastBatch.batches(examples, batchSize), accumulate);
        return new RunLength(epochs * steps, steps);
    }

    /** These options with another schedule of the learning rate; a cycle moves the momentum too, where there is one. */
    public TrainingOptions withSchedule(RunSchedule schedule) {
        return withSchedules(schedules.withLearningRate(schedule));
    }
}

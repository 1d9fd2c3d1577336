package dev.gatun.train;

import dev.gatun.compress.distill.Distillation;
import dev.gatun.compress.sparse.SparsityCriterion;
import dev.gatun.compress.sparse.SparsityOptions;
import dev.gatun.data.LastBatch;
import dev.gatun.data.Share;
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
import dev.gatun.train.epoch.BatchGrowth;
import dev.gatun.train.epoch.EpochPlan;
import dev.gatun.train.monitor.EarlyStopping;
import dev.gatun.train.parallel.ParallelOptions;
import dev.gatun.train.parallel.Rounds;
import dev.gatun.train.task.ClassificationOptions;
import dev.gatun.train.tune.FineTuning;
import dev.gatun.update.Hyperparameters;
import dev.gatun.update.kernel.WeightStorage;
import dev.gatun.update.rule.AdamHyperparameters;
import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Options of a training run.
 *
 * @param epochs           passes over the training examples
 * @param batchSize        examples in a batch
 * @param lastBatch        treatment of the examples at the end of an epoch that do not fill a batch
 * @param growth           how the batch grows from epoch to epoch, and the learning rate with it
 * @param optimizer        optimizer rule and hyper-parameters
 * @param optimizerOptions clipping, storage, an average of the weights, which evaluation then uses, and loss scaling
 * @param decay            which parameters weight decay and the L1 term apply to
 * @param schedules        schedules of learning rate, momentum and weight decay
 * @param accumulate       number of batches whose gradients are summed in one step; the last step of an epoch has the
 *                         rest
 * @param precision        precision of the layers: f32, or 16 bits on copies of the weights
 * @param wrappers         look-ahead, sharpness-aware minimisation and stochastic averages of the weights
 * @param earlyStopping    which epoch is the best, and whether the run ends when none is better for long
 * @param sparsity         weights that become and are kept zero; null for none
 * @param fineTuning       frozen parameters, and groups with hyper-parameters of their own
 * @param augmentations    augmentation of training images, for image classification only
 * @param classification   loss, sampling and mixing of training images, for image classification only
 * @param distillation     what is learnt from a teacher or from the network itself, for image classification only
 * @param parallel         how several ranks train together
 * @param seed             determines initial parameters, order of examples, augmentation and dropout
 * @param compile          choice among kernels, for all programs
 */
@WithMethods
public record TrainingOptions(
        int epochs, int batchSize, LastBatch lastBatch, BatchGrowth growth, Hyperparameters optimizer,
        OptimizerOptions optimizerOptions, Decayed decay, RunSchedules schedules, int accumulate,
        PrecisionPolicy precision, Wrappers wrappers, EarlyStopping earlyStopping,
        @Nullable SparsityOptions sparsity, FineTuning fineTuning, List<Augmentation> augmentations,
        ClassificationOptions classification, Distillation distillation, ParallelOptions parallel, long seed,
        CompileOptions compile)
        implements TrainingOptionsBuilder.With {

    /** The parameters that are decayed. */
    public enum Decayed {
        /** Weights only, as is usual: neither biases nor scales and shifts of normalisations. */
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
        checkSparsity(sparsity, optimizerOptions.lossScaling());
        augmentations = List.copyOf(augmentations);
    }

    private static void checkSparsity(@Nullable SparsityOptions sparsity, LossScaling scaling) {
        if (sparsity == null) {
            return;
        }
        if (sparsity.criterion() == SparsityCriterion.ACTIVATION) {
            throw new IllegalArgumentException("sparsity by activations is of a trained network, whose inputs are"
                    + " measured: prune it, and train it on with zeros");
        }
        if (sparsity.criterion() == SparsityCriterion.MOVEMENT && !scaling.equals(LossScaling.NONE)) {
            throw new IllegalArgumentException("sparsity by movement sums the gradients of all steps, which a loss"
                    + " scale would weigh: leave one of them out");
        }
    }

    /**
     * Returns the defaults: five epochs of AdamW at 2e-3 with a cosine schedule, batches of 64 with a smaller last one,
     * decayed weights, no augmentation.
     */
    public static TrainingOptions defaults() {
        return new TrainingOptions(5, 64, LastBatch.KEEP, BatchGrowth.NONE,
                AdamHyperparameters.ADAMW.withLearningRate(2e-3),
                OptimizerOptions.NONE, Decayed.WEIGHTS, RunSchedules.COSINE, 1, PrecisionPolicy.F32,
                Wrappers.NONE, EarlyStopping.NEVER, null, FineTuning.NONE,
                List.of(), ClassificationOptions.DEFAULTS, Distillation.NONE, ParallelOptions.DEFAULTS, 1,
                CompileOptions.defaults());
    }

    /** Returns the loss scaling, a component of {@link #optimizerOptions}. */
    public LossScaling lossScaling() {
        return optimizerOptions.lossScaling();
    }

    /** @param newSparsity null for none */
    @Override
    public TrainingOptions withSparsity(@Nullable SparsityOptions newSparsity) {
        return TrainingOptionsBuilder.With.super.withSparsity(newSparsity);
    }

    /**
     * Returns the options as texts by name, but for those that ranks that train together may have of their own: how
     * kernels are chosen.
     */
    public Map<String, String> texts() {
        Map<String, String> texts = new LinkedHashMap<>();
        for (RecordComponent component : TrainingOptions.class.getRecordComponents()) {
            if (component.getType() != CompileOptions.class) {
                texts.put("the option " + component.getName(), text(component));
            }
        }
        return texts;
    }

    private String text(RecordComponent component) {
        try {
            Object value = component.getAccessor().invoke(this);
            // Augmentations of the user's own may have no text of theirs.
            return component.getName().equals("augmentations") ? String.valueOf(augmentations.stream()
                    .map(each -> each instanceof Record ? each.toString() : each.getClass().getSimpleName()).toList())
                    : String.valueOf(value);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot read " + component, e);
        }
    }

    public TrainingOptions withLossScaling(LossScaling scaling) {
        return withOptimizerOptions(optimizerOptions.withLossScaling(scaling));
    }

    /**
     * Returns the length of a run with {@code examples} training examples.
     *
     * @throws IllegalArgumentException as {@link #plan}
     */
    public RunLength length(int examples) {
        return plan(examples, Share.ALL).length();
    }

    /**
     * Returns the epochs of a run with {@code examples} training examples.
     *
     * @param share share of this rank; it has no effect on the number of steps
     * @throws IllegalArgumentException when there is no whole batch and smaller ones are dropped, or the batch is to
     *                                  grow after the last epoch began
     */
    public EpochPlan plan(int examples, Share share) {
        if (!lastBatch.keeps() && batchSize > examples) {
            throw new IllegalArgumentException("no batch is left: " + examples + " examples do not fill one of "
                    + batchSize + " and the last batch is dropped; use a smaller batch size or keep it");
        }
        int most = Math.max(1, Math.min(batchSize, examples));
        return EpochPlan.of(epochs, new Rounds(examples, most, lastBatch, accumulate, share), growth);
    }

    /**
     * Returns a copy with another schedule of the learning rate; a cycle defines the momentum too, if the rule has one.
     */
    public TrainingOptions withSchedule(RunSchedule schedule) {
        return withSchedules(schedules.withLearningRate(schedule));
    }
}

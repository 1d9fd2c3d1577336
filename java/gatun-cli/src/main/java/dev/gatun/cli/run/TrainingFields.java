package dev.gatun.cli.run;

import dev.gatun.cli.option.Choices;
import dev.gatun.compress.distill.Distillation;
import dev.gatun.compress.sparse.SparsityOptions;
import dev.gatun.data.LastBatch;
import dev.gatun.graph.PrecisionPolicy;
import dev.gatun.dist.codec.GradientCompressionText;
import dev.gatun.optim.HyperparameterFields;
import dev.gatun.optim.Lookahead;
import dev.gatun.optim.LossScaling;
import dev.gatun.optim.OptimizerOptions;
import dev.gatun.optim.SharpnessAware;
import dev.gatun.optim.StochasticAverage;
import dev.gatun.optim.Wrappers;
import dev.gatun.optim.schedule.text.RunSchedule;
import dev.gatun.optim.schedule.text.RunSchedules;
import dev.gatun.optim.schedule.text.StepCount;
import dev.gatun.train.TrainingOptions;
import dev.gatun.train.epoch.BatchGrowth;
import dev.gatun.train.monitor.EarlyStopping;
import dev.gatun.train.monitor.Monitor;
import dev.gatun.train.parallel.ParallelOptions;
import dev.gatun.train.parallel.Synchronization;
import dev.gatun.train.task.ClassWeights;
import dev.gatun.train.task.ClassificationOptions;
import dev.gatun.train.tune.FineTuning;
import dev.gatun.train.tune.ParameterRule;
import dev.gatun.update.Clipping;
import dev.gatun.update.Hyperparameters;
import dev.gatun.update.Scheduled;
import dev.gatun.update.StateStorage;
import dev.gatun.update.rule.UpdateRules;
import java.util.LinkedHashMap;
import java.util.Map;

/** How to train, as fields of {@code config.json}. */
final class TrainingFields {
    private static final String LAST_BATCH = "last_batch";
    private static final String GROW_BATCH = "grow_batch";
    private static final String HYPERPARAMETERS = "hyperparameters";
    private static final String LOSS_SCALE = "loss_scale";
    private static final String PRECISION = "precision";
    private static final String SCHEDULE = "schedule";
    private static final String MOMENTUM_SCHEDULE = "momentum_schedule";
    private static final String WEIGHT_DECAY_SCHEDULE = "weight_decay_schedule";
    private static final String WARM_UP = "warmup";
    private static final String CLIP_NORM = "clip_norm";
    private static final String CLIP_TENSOR_NORM = "clip_tensor_norm";
    private static final String CLIP_RATIO = "clip_ratio";
    private static final String CLIP_WEIGHT_NORM = "clip_weight_norm";
    private static final String STATES = "states";
    private static final String SPARSITY = "sparsity";
    private static final String LOOKAHEAD = "lookahead";
    private static final String SHARPNESS = "sam";
    private static final String AVERAGE = "swa";
    private static final String LABEL_SMOOTHING = "label_smoothing";
    private static final String CONFIDENCE_PENALTY = "confidence_penalty";
    private static final String CLASS_WEIGHTS = "class_weights";
    private static final String SAMPLING = "sampling";
    private static final String DISTILL = "distill";
    private static final String FROZEN = "freeze";
    private static final String GROUPS = "groups";
    private static final String MONITOR = "monitor";
    private static final String EARLY_STOPPING = "early_stopping";
    private static final String SYNCHRONIZE = "synchronize";
    private static final String COMPRESS_GRADIENTS = "compress_gradients";
    private static final String BATCH_NORM_SCOPE = "batch_norm_scope";

    private TrainingFields() {}

    static Map<String, Object> toJson(TrainingOptions options) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("epochs", options.epochs());
        json.put("batch_size", options.batchSize());
        json.put(LAST_BATCH, Choices.word(options.lastBatch()));
        if (options.growth().isActive()) {
            json.put(GROW_BATCH, options.growth().text());
        }
        json.put("accumulate", options.accumulate());
        json.put("seed", options.seed());
        json.put("optimizer", options.optimizer().optimizerName());
        json.put(HYPERPARAMETERS, HyperparameterFields.of(options.optimizer()));
        switch (options.optimizerOptions().clipping()) {
            case Clipping.None _ -> { }
            case Clipping.GlobalNorm(double bound) -> json.put(CLIP_NORM, bound);
            case Clipping.TensorNorm(double bound) -> json.put(CLIP_TENSOR_NORM, bound);
            case Clipping.Adaptive(double ratio) -> json.put(CLIP_RATIO, ratio);
            case Clipping.WeightNorm(double threshold) -> json.put(CLIP_WEIGHT_NORM, threshold);
        }
        json.put("clip_value", options.optimizerOptions().clipValue());
        json.put("ema", options.optimizerOptions().averageDecay());
        json.put(STATES, Choices.word(options.optimizerOptions().states()));
        json.put(LOSS_SCALE, options.lossScaling().text());
        json.put(PRECISION, options.precision().toString());
        Wrappers wrappers = options.wrappers();
        if (wrappers.lookahead() != null) {
            json.put(LOOKAHEAD, wrappers.lookahead().text());
        }
        if (wrappers.sharpness() != null) {
            json.put(SHARPNESS, wrappers.sharpness().text());
        }
        if (wrappers.average() != null) {
            json.put(AVERAGE, wrappers.average().text());
        }
        if (options.sparsity() != null) {
            json.put(SPARSITY, options.sparsity().text());
        }
        ClassificationOptions classification = options.classification();
        json.put(LABEL_SMOOTHING, classification.labelSmoothing());
        json.put(CONFIDENCE_PENALTY, classification.confidencePenalty());
        json.put(CLASS_WEIGHTS, classification.weights().text());
        json.put(SAMPLING, Choices.word(classification.sampling()));
        if (options.distillation().isActive()) {
            json.put(DISTILL, options.distillation().text());
        }
        json.put(FROZEN, options.fineTuning().frozen());
        json.put(GROUPS, options.fineTuning().rules().stream().map(ParameterRule::text).toList());
        json.put(MONITOR, Choices.word(options.earlyStopping().monitor()));
        json.put(EARLY_STOPPING, options.earlyStopping().text());
        ParallelOptions parallel = options.parallel();
        if (!parallel.equals(ParallelOptions.DEFAULTS)) {
            json.put(SYNCHRONIZE, parallel.synchronization().text());
            json.put(COMPRESS_GRADIENTS, GradientCompressionText.of(parallel.compression()));
            json.put(BATCH_NORM_SCOPE, Choices.word(parallel.batchNorm()));
        }
        RunSchedules schedules = options.schedules();
        json.put(SCHEDULE, schedules.learningRate().text());
        json.put(MOMENTUM_SCHEDULE, schedules.momentum().text());
        json.put(WEIGHT_DECAY_SCHEDULE, schedules.weightDecay().text());
        StepCount warmUp = schedules.warmUp();
        if (warmUp != null) {
            json.put(WARM_UP, warmUp.text());
        }
        return json;
    }

    static TrainingOptions read(JsonFields fields) {
        return TrainingOptions.defaults().withEpochs(fields.count("epochs", 1))
                .withBatchSize(fields.count("batch_size", 1)).withSeed(fields.number("seed"))
                .withLastBatch(fields.word(LAST_BATCH, LastBatch.class))
                .withGrowth(fields.has(GROW_BATCH) ? fields.parsed(GROW_BATCH, BatchGrowth::parse) : BatchGrowth.NONE)
                .withAccumulate(fields.count("accumulate", 1))
                .withOptimizer(optimizer(fields)).withOptimizerOptions(optimizerOptions(fields))
                .withPrecision(fields.parsed(PRECISION, PrecisionPolicy::parse))
                .withSchedules(schedules(fields))
                .withWrappers(wrappers(fields))
                .withSparsity(fields.has(SPARSITY) ? fields.parsed(SPARSITY, SparsityOptions::parse) : null)
                .withClassification(ClassificationOptions.DEFAULTS
                        .withLabelSmoothing(fields.decimal(LABEL_SMOOTHING))
                        .withConfidencePenalty(fields.decimal(CONFIDENCE_PENALTY))
                        .withWeights(fields.parsed(CLASS_WEIGHTS, ClassWeights::parse))
                        .withSampling(fields.word(SAMPLING, ClassificationOptions.Sampling.class)))
                .withDistillation(fields.has(DISTILL) ? fields.parsed(DISTILL, Distillation::parse) : Distillation.NONE)
                .withFineTuning(new FineTuning(fields.texts(FROZEN),
                        fields.texts(GROUPS).stream().map(ParameterRule::parse).toList()))
                .withParallel(fields.has(SYNCHRONIZE) ? parallel(fields) : ParallelOptions.DEFAULTS)
                .withEarlyStopping(fields.parsed(EARLY_STOPPING, EarlyStopping::parse)
                        .withMonitor(fields.word(MONITOR, Monitor.class)));
    }

    private static ParallelOptions parallel(JsonFields fields) {
        return ParallelOptions.DEFAULTS.withSynchronization(fields.parsed(SYNCHRONIZE, Synchronization::parse))
                .withCompression(fields.parsed(COMPRESS_GRADIENTS, GradientCompressionText::parse))
                .withBatchNorm(fields.word(BATCH_NORM_SCOPE, ParallelOptions.BatchNormScope.class));
    }

    private static OptimizerOptions optimizerOptions(JsonFields fields) {
        return OptimizerOptions.NONE.withClipping(clipping(fields)).withClipValue(fields.decimal("clip_value"))
                .withAverageDecay(fields.decimal("ema")).withStates(fields.word(STATES, StateStorage.class))
                .withLossScaling(fields.parsed(LOSS_SCALE, LossScaling::parse));
    }

    private static Clipping clipping(JsonFields fields) {
        if (fields.has(CLIP_TENSOR_NORM)) {
            return new Clipping.TensorNorm(fields.decimal(CLIP_TENSOR_NORM));
        }
        if (fields.has(CLIP_RATIO)) {
            return new Clipping.Adaptive(fields.decimal(CLIP_RATIO));
        }
        if (fields.has(CLIP_WEIGHT_NORM)) {
            return new Clipping.WeightNorm(fields.decimal(CLIP_WEIGHT_NORM));
        }
        return fields.has(CLIP_NORM) ? new Clipping.GlobalNorm(fields.decimal(CLIP_NORM)) : new Clipping.None();
    }

    private static Wrappers wrappers(JsonFields fields) {
        return new Wrappers(
                fields.has(LOOKAHEAD) ? fields.parsed(LOOKAHEAD, Lookahead::parse) : null,
                fields.has(SHARPNESS) ? fields.parsed(SHARPNESS, SharpnessAware::parse) : null,
                fields.has(AVERAGE) ? fields.parsed(AVERAGE, StochasticAverage::parse) : null);
    }

    private static RunSchedules schedules(JsonFields fields) {
        RunSchedules schedules = new RunSchedules(fields.parsed(SCHEDULE, RunSchedule::parse),
                fields.parsed(MOMENTUM_SCHEDULE, RunSchedule::parse),
                fields.parsed(WEIGHT_DECAY_SCHEDULE, RunSchedule::parse), null);
        return fields.has(WARM_UP) ? schedules.withWarmUp(fields.parsed(WARM_UP, StepCount::parse)) : schedules;
    }

    private static Hyperparameters optimizer(JsonFields fields) {
        Hyperparameters usual = fields.parsed("optimizer", UpdateRules::named).numbers();
        Map<String, Object> numbers = fields.object(HYPERPARAMETERS);
        HyperparameterFields.of(usual).keySet().stream().filter(name -> !numbers.containsKey(name)).findFirst()
                .ifPresent(missing -> {
                    throw new IllegalArgumentException("it has no \"" + HYPERPARAMETERS + "." + missing + "\"");
                });
        Hyperparameters read = HyperparameterFields.read(usual, numbers);
        for (Scheduled scheduled : Scheduled.values()) {
            if (scheduled.isIn(read)) {
                scheduled.check(read, scheduled.of(read)); // narrower than what a rule can follow
            }
        }
        return read;
    }
}

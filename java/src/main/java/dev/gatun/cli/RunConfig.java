package dev.gatun.cli;

import dev.gatun.backend.Hyperparameters;
import dev.gatun.backend.SgdHyperparameters;
import dev.gatun.optim.OptimizerOptions;
import dev.gatun.train.TrainingOptions.LearningRate;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * All that decides a run, as {@code config.json} holds it: with the same config, program and machine a run gives the
 * same model.
 *
 * @param model           a name of the zoo
 * @param data            an absolute path, or {@link #DIGITS}
 * @param limit           the most training images to use, 0 for all
 * @param trainImages     training images found when the run began, 0 before
 * @param epochs          passes over the training images
 * @param batchSize       images in a step
 * @param optimizer       rule and numbers
 * @param around          clipping, and an average of the weights
 * @param schedule        how the learning rate moves
 * @param augment         random changes of training images
 * @param device          a backend's name
 * @param threads         processor threads to compute with
 * @param memory          budget of off-heap memory in bytes, 0 for none
 * @param seed            decides all random numbers
 * @param checkpointEvery steps between checkpoints beside the one of each epoch, 0 for none
 */
record RunConfig(
        String model, String data, int limit, int trainImages, int epochs, int batchSize, Hyperparameters optimizer,
        OptimizerOptions around, LearningRate schedule, Augment augment, String device, int threads, long memory,
        long seed, int checkpointEvery) {

    static final String DIGITS = "digits";
    static final String PRECISION = "f32";

    boolean isDigits() {
        return data.equals(DIGITS);
    }

    /** The same when the data is known. */
    RunConfig decided(int newTrainImages, Augment newAugment) {
        return new RunConfig(model, data, limit, newTrainImages, epochs, batchSize, optimizer, around, schedule,
                newAugment, device, threads, memory, seed, checkpointEvery);
    }

    Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("model", model);
        json.put("data", data);
        json.put("limit", limit);
        json.put("train_images", trainImages);
        json.put("epochs", epochs);
        json.put("batch_size", batchSize);
        json.put("optimizer", Choices.word(Rule.of(optimizer)));
        json.put("learning_rate", optimizer.learningRate());
        json.put("weight_decay", optimizer.weightDecay());
        if (optimizer instanceof SgdHyperparameters sgd) {
            json.put("momentum", sgd.momentum());
            json.put("nesterov", sgd.variant() == SgdHyperparameters.Momentum.NESTEROV);
        }
        json.put("clip_norm", around.clipNorm());
        json.put("clip_value", around.clipValue());
        json.put("ema", around.averageDecay());
        json.put("schedule", Choices.word(schedule));
        json.put("augment", Choices.word(augment));
        json.put("precision", PRECISION);
        json.put("device", device);
        json.put("threads", threads);
        json.put("memory", memory);
        json.put("seed", seed);
        json.put("checkpoint_every", checkpointEvery);
        return json;
    }

    /**
     * Reads what {@link #toJson} wrote.
     *
     * @param file for messages
     * @throws dev.gatun.io.RunFolderException when a value is missing or not valid
     */
    static RunConfig fromJson(Map<String, Object> json, Path file) {
        JsonFields fields = new JsonFields(json, file);
        fields.text(PRECISION, "precision");
        return fields.checked(() -> new RunConfig(
                fields.text("model"), fields.text("data"), fields.count("limit", 0), fields.count("train_images", 0),
                fields.count("epochs", 1), fields.count("batch_size", 1), optimizer(fields), around(fields),
                fields.word("schedule", LearningRate.class), fields.word("augment", Augment.class),
                fields.text("device"), fields.count("threads", 1), fields.number("memory"), fields.number("seed"),
                fields.count("checkpoint_every", 0)));
    }

    private static OptimizerOptions around(JsonFields fields) {
        return new OptimizerOptions(
                fields.decimal("clip_norm", 0), fields.decimal("clip_value", 0), fields.decimal("ema", 0));
    }

    private static Hyperparameters optimizer(JsonFields fields) {
        Hyperparameters numbers = fields.word("optimizer", Rule.class).defaults();
        if (numbers instanceof SgdHyperparameters sgd) {
            numbers = Rule.withMomentum(
                    sgd.with(fields.flag("nesterov")
                            ? SgdHyperparameters.Momentum.NESTEROV
                            : SgdHyperparameters.Momentum.CLASSIC),
                    fields.decimal("momentum"));
        }
        return numbers.withLearningRate(fields.decimal("learning_rate"))
                .withWeightDecay(fields.decimal("weight_decay"));
    }
}

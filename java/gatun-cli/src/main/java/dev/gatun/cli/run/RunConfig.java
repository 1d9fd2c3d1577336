package dev.gatun.cli.run;

import dev.gatun.backend.ConvolutionMethod;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.cli.option.Augment;
import dev.gatun.cli.option.Choices;
import dev.gatun.cli.option.CliException;
import dev.gatun.cli.option.Devices;
import dev.gatun.model.Models;
import dev.gatun.model.Stem;
import dev.gatun.optim.StochasticAverage;
import dev.gatun.options.WithMethods;
import dev.gatun.train.TrainingOptions;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of a run, as stored in {@code config.json}: equal configurations, programs and machines give equal
 * models.
 *
 * @param model           a name of the zoo
 * @param stem            how the model begins
 * @param start           what its variables begin as
 * @param network         SHA-256 of the values that a network of the run's own begins with ({@link RunNetwork}); empty
 *                        for one of the zoo
 * @param teacher         what it learns from beside the labels; null for nothing
 * @param data            an absolute path, or {@link #DIGITS}
 * @param images          what images are brought to
 * @param splits          how many images to use, and which for validation
 * @param trainImages     training images found when the run began, 0 before
 * @param classes         names of the classes found when the run began, by number; none before
 * @param training        how to train; the augmentations follow from {@code augment} and the data
 * @param augment         random changes of training images
 * @param device          a backend's name
 * @param threads         processor threads to compute with
 * @param memory          budget of off-heap memory in bytes, 0 for none
 * @param emulation       whether a precision that the processor has no arithmetic for is emulated
 * @param convolution     algorithm of convolutions
 * @param checkpointEvery number of steps between checkpoints, in addition to one after each epoch; 0 for none
 */
@WithMethods
public record RunConfig(
        String model, Stem stem, RunStart start, String network, @Nullable RunTeacher teacher, String data,
        RunImages images, RunSplits splits,
        int trainImages, List<String> classes, TrainingOptions training, Augment augment, String device, int threads,
        long memory, DeviceOptions.Emulation emulation, ConvolutionMethod convolution, int checkpointEvery)
        implements RunConfigBuilder.With {

    /** The name of the drawn digits as data. */
    public static final String DIGITS = "digits";

    private static final String CLASSES = "classes";
    private static final String NETWORK = "network";
    private static final String TEACHER = "teacher";
    private static final String STEM = "stem";
    private static final String EMULATION = "emulation";
    private static final String CONVOLUTION = "convolution";

    /**
     * Copies the names.
     *
     * @throws IllegalArgumentException when values do not go together
     */
    public RunConfig {
        classes = List.copyOf(classes);
        StochasticAverage average = training.wrappers().average();
        if (average != null && average.start() > training.epochs()) {
            throw new IllegalArgumentException("\"swa\" " + average.text() + " begins after the last of "
                    + training.epochs() + " epochs");
        }
    }

    private static String knownModel(String name) {
        if (Models.names().contains(name)) {
            return name;
        }
        throw new IllegalArgumentException("it is one of " + Models.names());
    }

    private static String knownDigest(String text) {
        if (text.matches("[0-9a-f]{64}")) {
            return text;
        }
        throw new IllegalArgumentException("it is no SHA-256");
    }

    private static String knownDevice(String name) {
        try {
            Devices.checkName(name);
            return name;
        } catch (CliException e) {
            throw new IllegalArgumentException("there is no such device", e);
        }
    }

    /** Returns a copy with the values that depend on the data. */
    public RunConfig decided(int newTrainImages, List<String> newClasses, Augment newAugment) {
        return withTrainImages(newTrainImages).withClasses(newClasses).withAugment(newAugment);
    }

    /** Returns whether it trains a network of its own, not one of the zoo. */
    public boolean hasNetwork() {
        return !network.isEmpty();
    }

    /** Returns the configuration as plain values. */
    public Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("model", model);
        json.put(STEM, Choices.word(stem));
        json.putAll(start.toJson());
        if (hasNetwork()) {
            json.put(NETWORK, network);
        }
        if (teacher != null) {
            json.put(TEACHER, teacher.toJson());
        }
        json.put("data", data);
        json.putAll(images.toJson());
        json.putAll(splits.toJson());
        json.put("train_images", trainImages);
        json.put(CLASSES, classes);
        json.putAll(TrainingFields.toJson(training));
        json.put("augment", augment.text());
        json.put("device", device);
        json.put("threads", threads);
        json.put("memory", memory);
        json.put(EMULATION, Choices.word(emulation));
        json.put(CONVOLUTION, Choices.word(convolution));
        json.put("checkpoint_every", checkpointEvery);
        return json;
    }

    /**
     * Reads the result of {@link #toJson}.
     *
     * @param file file, for messages
     * @throws dev.gatun.io.RunFolderException when a value is missing or not valid
     */
    public static RunConfig fromJson(Map<String, Object> json, Path file) {
        JsonFields fields = new JsonFields(json, file);
        String network = fields.has(NETWORK) ? fields.parsed(NETWORK, RunConfig::knownDigest) : "";
        return fields.complete(() -> new RunConfig(
                fields.parsed("model", name -> network.isEmpty() ? knownModel(name) : name),
                fields.word(STEM, Stem.class), RunStart.read(fields), network,
                fields.has(TEACHER) ? fields.fields(TEACHER, RunTeacher::read) : null,
                fields.parsed("data", data -> data.equals(DIGITS) ? data : RunData.absolute(data)),
                RunImages.read(fields), RunSplits.read(fields), fields.count("train_images", 0),
                fields.texts(CLASSES), TrainingFields.read(fields), fields.parsed("augment", Augment::parse),
                fields.parsed("device", RunConfig::knownDevice),
                fields.count("threads", 1, Devices.MOST_THREADS), fields.number("memory", 0, Long.MAX_VALUE),
                fields.word(EMULATION, DeviceOptions.Emulation.class),
                fields.word(CONVOLUTION, ConvolutionMethod.class), fields.count("checkpoint_every", 0)));
    }
}

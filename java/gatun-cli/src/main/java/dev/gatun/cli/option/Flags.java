package dev.gatun.cli.option;

import dev.gatun.graph.Graph;
import dev.gatun.model.Architecture;
import dev.gatun.model.Models;
import dev.gatun.model.Stem;
import dev.gatun.model.Zoo;
import dev.gatun.model.ZooEntry;
import dev.gatun.update.Hyperparameters;
import dev.gatun.update.StateStorage;
import dev.gatun.update.rule.UpdateRules;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Checks of single options. */
public final class Flags {
    /** The largest height and width that images are resized to. */
    public static final int LARGEST_IMAGE = 4096;

    private Flags() {}

    /**
     * Returns the value of an option, or its default.
     *
     * @throws CliException when it is less than {@code least}
     */
    public static int atLeast(String flag, int least, @Nullable Integer value, int otherwise) {
        if (value == null) {
            return otherwise;
        }
        if (value < least) {
            throw CliException.usage(flag + " must be at least " + least + ", got " + value);
        }
        return value;
    }

    /** Returns the height and width that images are resized to, 0 for none. */
    public static int imageSize(@Nullable Integer value) {
        int size = atLeast("--image-size", 1, value, 0);
        if (size > LARGEST_IMAGE) {
            throw CliException.usage("--image-size must be at most " + LARGEST_IMAGE + ", got " + size);
        }
        return size;
    }

    /**
     * Returns the number of threads, by default one per processor, or this rank's share of them.
     *
     * @throws CliException when it is outside 1 .. {@link Devices#MOST_THREADS}
     */
    public static int threads(@Nullable Integer value) {
        int threads = value == null ? Launched.threads() : value;
        if (threads < 1 || threads > Devices.MOST_THREADS) {
            throw CliException.usage(
                    "--threads must lie between 1 and " + Devices.MOST_THREADS + ", got " + threads);
        }
        return threads;
    }

    /** Returns the requested network of the zoo, or the default; dashes stand for underscores, or neither. */
    public static ZooEntry network(@Nullable String name) {
        return network(name, Zoo.names());
    }

    private static ZooEntry network(@Nullable String name, List<String> meant) {
        String typed = name == null ? Recipe.DEFAULT_MODEL : name;
        return Zoo.entries().stream().filter(known -> letters(known.name()).equals(letters(typed))).findFirst()
                .orElseThrow(() -> CliException.usage("--model: " + Choices.unknown(typed, meant)));
    }

    private static String letters(String name) {
        return name.replace("_", "").replace("-", "");
    }

    /** Returns the name of the requested image classifier, or the default; says what trains the other networks. */
    public static String model(@Nullable String name) {
        return switch (network(name, Models.names())) {
            case ZooEntry.Classification entry -> entry.name();
            case ZooEntry.Segmentation entry -> throw notHere(entry, "classifies pixels", "Segmentation");
            case ZooEntry.ImageToImage entry -> throw notHere(entry, "makes images of images", "ImageToImage");
            case ZooEntry.Language entry -> throw notHere(entry, "predicts characters", "CharacterModel");
        };
    }

    private static CliException notHere(ZooEntry entry, String purpose, String example) {
        return CliException.usage("--model: " + entry.name() + " " + purpose
                + ", this command takes image classifiers only: train it from Java, as"
                + " java/gatun/src/test/java/dev/gatun/examples/" + example + ".java does");
    }

    /** Returns the requested stem, if the model has a choice. */
    public static Stem stem(@Nullable Stem stem, String model) {
        Stem chosen = stem == null ? Stem.AUTO : stem;
        if (chosen != Stem.AUTO && Models.stem(model, 1, 1, chosen).isEmpty()) {
            throw CliException.usage("--stem does not go with --model " + model
                    + ", which begins in one way only: leave it out");
        }
        return chosen;
    }

    /** Returns the graph of a model for a batch size; refuses a batch that is too small for the model. */
    public static Graph graph(Architecture model, int batchSize) {
        try {
            return model.graph(batchSize);
        } catch (IllegalArgumentException e) {
            throw CliException.usage("--batch-size " + batchSize + ": " + e.getMessage());
        }
    }

    /**
     * Returns the value of an option; null where it is not given.
     *
     * @throws CliException when it is not above 0
     */
    public static @Nullable Double aboveZero(String flag, @Nullable Double value) {
        return checked(flag, value, value != null && value.floatValue() > 0, "above 0");
    }

    /**
     * Returns the value of an option; null where it is not given.
     *
     * @throws CliException when it is less than 0
     */
    public static @Nullable Double atLeastZero(String flag, @Nullable Double value) {
        return checked(flag, value, value != null && value >= 0, "at least 0");
    }

    /**
     * Returns the value of an option; null where it is not given.
     *
     * @throws CliException when it is outside {@code [0, 1)}
     */
    public static @Nullable Double fromZeroToOne(String flag, @Nullable Double value) {
        return checked(flag, value, value != null && value >= 0 && value < 1, "at least 0 and below 1");
    }

    /** Returns the requested storage of states, if the rule supports it. */
    public static StateStorage states(@Nullable StateStorage value, Hyperparameters numbers) {
        StateStorage states = value == null ? StateStorage.F32 : value;
        try {
            UpdateRules.checkFits(states, numbers);
        } catch (IllegalArgumentException e) {
            throw CliException.usage("--states: " + e.getMessage());
        }
        return states;
    }

    private static @Nullable Double checked(String flag, @Nullable Double value, boolean valid, String range) {
        if (value == null || (valid && Float.isFinite(value.floatValue()))) { // as devices compute with it
            return value;
        }
        throw CliException.usage(flag + " must be a number " + range + ", got " + value
                + (Double.isFinite(value) ? ", which f32 cannot hold" : ""));
    }
}

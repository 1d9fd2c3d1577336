package dev.gatun.cli.run;

import dev.gatun.data.DataException;
import dev.gatun.data.DataOptions;
import dev.gatun.data.image.DataSource;
import dev.gatun.data.image.DataSplit;
import dev.gatun.data.image.DigitsOptions;
import dev.gatun.data.image.ImageDataset;
import dev.gatun.model.Model;
import dev.gatun.model.Models;
import dev.gatun.model.Stem;
import java.nio.file.Path;

/** Opens the data of a configuration, and creates the model for it. */
public final class RunData {
    private RunData() {}

    /**
     * Opens the data of a configuration.
     *
     * @param images what images are brought to
     * @param splits how many images to use, and which for validation
     */
    public static DataSplit open(String data, RunImages images, RunSplits splits) {
        DataOptions options = splits.applyTo(DataOptions.defaults()).withImageSize(images.size())
                .withColor(images.color()).withBadImages(images.bad());
        if (data.equals(RunConfig.DIGITS)) {
            DigitsOptions digits = DigitsOptions.defaults();
            int limit = splits.limit();
            DataSplit split =
                    DataSource.digits(limit == 0 ? digits : digits.withTrain(Math.min(limit, digits.train())));
            try {
                return DataSource.adapted(split, options).limited(options.withLimit(0));
            } catch (IllegalArgumentException e) {
                throw new DataException(data, String.valueOf(e.getMessage()), "hold out fewer", e);
            }
        }
        return DataSource.open(Path.of(data), options);
    }

    /** Returns an absolute path, so that a run can be resumed from any folder. */
    public static String name(Path path) {
        return path.toAbsolutePath().normalize().toString();
    }

    /**
     * Returns a text that is an absolute path, as {@link #name} gives it.
     *
     * @throws IllegalArgumentException when it is none on this system
     */
    static String absolute(String text) {
        if (!Path.of(text).isAbsolute()) {
            throw new IllegalArgumentException("it is no absolute path");
        }
        return text;
    }

    /** Creates a model of the zoo for images. */
    public static Model model(String name, Stem stem, ImageDataset images) {
        try {
            return Models.create(name, images.channels(), images.height(), images.width(), images.classes(), stem);
        } catch (IllegalArgumentException e) {
            throw new DataException(images.name(), String.valueOf(e.getMessage()),
                    "use larger images or another --model, or let --image-size resize them", e);
        }
    }

    /** Returns a description: {@code digits: 20000 training and 4000 test images of 28x28, grey, 10 classes}. */
    public static String describe(String data, DataSplit split) {
        ImageDataset train = split.train();
        ImageDataset validation = split.validation();
        return data + ": " + train.size() + " training"
                + (validation == null ? "" : ", " + validation.size() + " validation") + " and " + split.test().size()
                + " test images of " + train.height() + "x" + train.width()
                + (train.channels() == 1 ? ", grey, " : ", colour, ") + train.classes() + " classes";
    }
}

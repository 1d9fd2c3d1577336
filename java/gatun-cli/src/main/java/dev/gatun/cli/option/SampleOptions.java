package dev.gatun.cli.option;

import dev.gatun.model.Model;
import dev.gatun.model.Models;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of a model and a batch of random images, for commands that compare devices without data. */
public final class SampleOptions {
    private static final ImageShape GREY = new ImageShape(1, 28, 28);
    private static final List<String> GREY_MODELS = List.of("lenet", "mlp");

    @Option(names = "--model", paramLabel = "NAME",
            description = "The model, one of those that \"gatun models\" lists (default: lenet).")
    @Nullable String model;

    @Option(names = "--image", paramLabel = "CxHxW",
            description = "Channels, height and width of an image (default: 3x32x32, lenet and mlp 1x28x28).")
    @Nullable ImageShape image;

    @Option(names = "--batch-size", paramLabel = "N", description = "Images in a batch (default: 16).")
    @Nullable Integer batchSize;

    @Option(names = "--threads", paramLabel = "N",
            description = "Processor threads to compute with (default: one per processor).")
    @Nullable Integer threads;

    /** Returns the model, for 10 classes. */
    public Model model() {
        String name = Flags.model(model);
        ImageShape shape = image != null ? image : GREY_MODELS.contains(name) ? GREY : ZooSizes.COLOUR;
        try {
            Model created = Models.create(name, shape.channels(), shape.height(), shape.width(), ZooSizes.CLASSES);
            Flags.graph(created, batchSize());
            return created;
        } catch (IllegalArgumentException e) {
            throw new CliException(ExitCode.USAGE, "--image: " + e.getMessage(), e);
        }
    }

    /** Returns the number of images. */
    public int batchSize() {
        return Flags.atLeast("--batch-size", 1, batchSize, 16);
    }

    /** Returns the number of threads. */
    public int threads() {
        return Flags.threads(threads);
    }
}

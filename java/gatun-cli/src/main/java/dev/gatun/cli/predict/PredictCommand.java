package dev.gatun.cli.predict;

import dev.gatun.cli.option.CliException;
import dev.gatun.cli.option.CheckpointOption;
import dev.gatun.cli.option.CommonOptions;
import dev.gatun.cli.option.ComputeOptions;
import dev.gatun.cli.option.Flags;
import dev.gatun.cli.option.PrecisionOptions;
import dev.gatun.cli.option.ResultFile;
import dev.gatun.cli.run.RunLocation;
import dev.gatun.cli.terminal.Output;
import dev.gatun.train.prediction.ClassifierOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code gatun predict}. */
@Command(name = "predict", sortOptions = false, abbreviateSynopsis = true, separator = " ",
        description = "Says what images show: the most probable classes of each.",
        parameterListHeading = "%nParameters:%n", optionListHeading = "%nOptions:%n",
        footer = {"", "An image that cannot be read, or does not fit the model, is one line on standard error; the",
            "others are predicted, and the exit code is 3.", "",
            "Examples:", "  gatun predict runs/flowers rose.jpg tulip.jpg",
            "  gatun predict runs/flowers ~/garden --top 1 --csv --output garden.csv"})
public final class PredictCommand implements Callable<Integer> {
    private final Output output;

    @Parameters(index = "0", paramLabel = "RUN_OR_CHECKPOINT",
            description = "A run's folder, which stands for its latest checkpoint, or the folder of a checkpoint.")
    Path path = Path.of("");

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "IMAGES",
            description = "JPEG, PNG, BMP, GIF and TIFF files, folders of them at any depth, zip archives.")
    List<Path> images = List.of();

    @Option(names = "--top", paramLabel = "N", description = "Classes to name for each image (default: 5).")
    @Nullable Integer top;

    @Option(names = "--json", description = "Write a line of JSON for each image.")
    boolean json;

    @Option(names = "--csv", description = "Write a table as CSV: image, rank, class, number, probability.")
    boolean csv;

    @Option(names = "--output", paramLabel = "FILE",
            description = "Write to this file (default: standard output, as - says too).")
    @Nullable Path file;

    @Option(names = "--image-size", paramLabel = "N",
            description = "Resize and crop images to NxN pixels (default: as in training).")
    @Nullable Integer imageSize;

    @Option(names = "--batch-size", paramLabel = "N", description = "Images at a time (default: 64).")
    @Nullable Integer batchSize;

    @Mixin
    final CheckpointOption checkpoint = new CheckpointOption();

    @Mixin
    final ComputeOptions compute = new ComputeOptions();

    @Mixin
    final PrecisionOptions precision = new PrecisionOptions();

    @Mixin
    final CommonOptions common = new CommonOptions();

    /** Creates the command. */
    public PredictCommand(Output output) {
        this.output = output;
    }

    @Override
    public Integer call() {
        String where = compute.device();
        if (json && csv) {
            throw CliException.usage("--json does not go with --csv: leave one out");
        }
        PredictionFormat format = json ? PredictionFormat.JSON : csv ? PredictionFormat.CSV : PredictionFormat.TEXT;
        ClassifierOptions defaults = ClassifierOptions.defaults();
        ClassifierOptions options = defaults.withTop(Flags.atLeast("--top", 1, top, defaults.top()))
                .withBatchSize(Flags.atLeast("--batch-size", 1, batchSize, defaults.batchSize()))
                .withImageSize(Flags.imageSize(imageSize));
        return new PredictionSession(RunLocation.find(path, checkpoint.choice()), images, format, options, where,
                compute.threads(), precision, new ResultFile(file, output.out())).run(output).number();
    }
}

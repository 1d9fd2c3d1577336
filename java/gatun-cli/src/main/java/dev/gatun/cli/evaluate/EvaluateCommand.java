package dev.gatun.cli.evaluate;

import dev.gatun.cli.option.CheckpointOption;
import dev.gatun.cli.option.CliException;
import dev.gatun.cli.option.CommonOptions;
import dev.gatun.cli.option.ComputeOptions;
import dev.gatun.cli.option.ExitCode;
import dev.gatun.cli.option.Flags;
import dev.gatun.cli.option.PrecisionOptions;
import dev.gatun.cli.option.ResultFile;
import dev.gatun.cli.run.RunLocation;
import dev.gatun.cli.terminal.Output;
import dev.gatun.data.ColorMode;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code gatun evaluate}. */
@Command(name = "evaluate", sortOptions = false, abbreviateSynopsis = true, separator = " ",
        description = "Measures a trained model on test images.",
        parameterListHeading = "%nParameters:%n", optionListHeading = "%nOptions:%n",
        footer = {"", "Examples:", "  gatun evaluate runs/mnist",
            "  gatun evaluate runs/mnist --details --checkpoint best",
            "  gatun evaluate runs/mnist/checkpoints/step-00000936 --data ~/other-digits"})
public final class EvaluateCommand implements Callable<Integer> {
    private static final int DEFAULT_WORST = 10;

    private final Output output;

    @Parameters(paramLabel = "RUN_OR_CHECKPOINT",
            description = "A run's folder, which stands for its latest checkpoint, or the folder of a checkpoint.")
    Path path = Path.of("");

    @Option(names = "--data", paramLabel = "PATH",
            description = "Data whose test images to use (default: the run's own).")
    @Nullable Path data;

    @Option(names = "--image-size", paramLabel = "N",
            description = "Resize and crop images to NxN pixels (default: as in training).")
    @Nullable Integer imageSize;

    @Option(names = "--color", paramLabel = "auto|rgb|grey",
            description = "Read images as RGB or as grey, as for train (default: as in training).")
    @Nullable ColorMode color;

    @Option(names = "--skip-bad",
            description = "Leave out images that are cut short, damaged or of another size than most, as far as that"
                    + " shows without decoding, and name each on standard error (default: as in training; with"
                    + " --data, refuse them).")
    boolean skipBad;

    @Option(names = "--batch-size", paramLabel = "N", description = "Images at a time (default: the run's own, or 64).")
    @Nullable Integer batchSize;

    @Option(names = "--details",
            description = "Also tell, for each class, precision, recall and F1; top-5 accuracy; the confusion matrix,"
                    + " or the pairs of classes confused most; and the worst images.")
    boolean details;

    @Option(names = "--worst", paramLabel = "N",
            description = "How many of the worst images to list with --details (default: 10).")
    @Nullable Integer worst;

    @Mixin
    final CheckpointOption checkpoint = new CheckpointOption();

    @Mixin
    final ComputeOptions compute = new ComputeOptions();

    @Mixin
    final PrecisionOptions precision = new PrecisionOptions();

    @Option(names = "--json", paramLabel = "FILE",
            description = "Write the results to this file; - for standard output.")
    @Nullable Path json;

    @Mixin
    final CommonOptions common = new CommonOptions();

    /** Creates the command. */
    public EvaluateCommand(Output output) {
        this.output = output;
    }

    /** Number of worst images to list; none where no details are asked for. */
    private OptionalInt detailed() {
        if (!details && worst != null) {
            throw CliException.usage("--worst says how many images --details lists: add --details, or leave it out");
        }
        return details ? OptionalInt.of(Flags.atLeast("--worst", 0, worst, DEFAULT_WORST)) : OptionalInt.empty();
    }

    @Override
    public Integer call() {
        String where = compute.device();
        int images = Flags.atLeast("--batch-size", 1, batchSize, 0);
        ResultFile results = new ResultFile(json, output.out());
        new EvaluationSession(RunLocation.find(path, checkpoint.choice()), data, Flags.imageSize(imageSize), color,
                skipBad, images, where, compute.threads(), precision, results, detailed())
                .run(results.beside(output));
        return ExitCode.OK.number();
    }
}

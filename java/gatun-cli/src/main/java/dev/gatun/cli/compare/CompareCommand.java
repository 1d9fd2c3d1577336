package dev.gatun.cli.compare;

import dev.gatun.cli.option.CommonOptions;
import dev.gatun.cli.option.ComputeOptions;
import dev.gatun.cli.option.ExitCode;
import dev.gatun.cli.option.Flags;
import dev.gatun.cli.option.ResultFile;
import dev.gatun.cli.terminal.Activity;
import dev.gatun.cli.terminal.Output;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code gatun compare}. */
@Command(name = "compare", sortOptions = false, abbreviateSynopsis = true, separator = " ",
        description = "Compares two runs on the same test images: by accuracy, by class, and by McNemar's test.",
        parameterListHeading = "%nParameters:%n", optionListHeading = "%nOptions:%n",
        footer = {"", "The test asks whether the two would err equally often: a small p says that they do not.",
            "", "Examples:", "  gatun compare runs/with-mixup runs/without",
            "  gatun compare runs/a runs/b --data ~/other-flowers --json -"})
public final class CompareCommand implements Callable<Integer> {
    private final Output output;

    @Parameters(index = "0", paramLabel = "RUN_A", description = "A run's folder, or one of its checkpoints.")
    Path first = Path.of("");

    @Parameters(index = "1", paramLabel = "RUN_B", description = "Another.")
    Path second = Path.of("");

    @Option(names = "--data", paramLabel = "PATH",
            description = "Data whose test images to use (default: the runs' own, which must be the same).")
    @Nullable Path data;

    @Option(names = "--batch-size", paramLabel = "N",
            description = "Images at a time (default: as each run was trained).")
    @Nullable Integer batchSize;

    @Mixin
    final ComputeOptions compute = new ComputeOptions();

    @Option(names = "--json", paramLabel = "FILE",
            description = "Write the results to this file; - for standard output.")
    @Nullable Path json;

    @Mixin
    final CommonOptions common = new CommonOptions();

    /** Creates the command. */
    public CompareCommand(Output output) {
        this.output = output;
    }

    @Override
    public Integer call() {
        String where = compute.device();
        int images = Flags.atLeast("--batch-size", 1, batchSize, 0);
        int processors = compute.threads();
        ResultFile results = new ResultFile(json, output.out());
        results.check();
        Output beside = results.beside(output);
        Comparison comparison = Comparison.of(
                Activity.during(beside, false, "testing " + first,
                        () -> Answers.of(first, data, images, where, processors, beside)),
                Activity.during(beside, false, "testing " + second,
                        () -> Answers.of(second, data, images, where, processors, beside)));
        comparison.report(beside);
        results.write(comparison.toJson());
        return ExitCode.OK.number();
    }
}

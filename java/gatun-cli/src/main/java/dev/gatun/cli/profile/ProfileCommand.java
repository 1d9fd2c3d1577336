package dev.gatun.cli.profile;

import dev.gatun.cli.option.CommonOptions;
import dev.gatun.cli.option.ExitCode;
import dev.gatun.cli.option.Flags;
import dev.gatun.cli.option.ResultFile;
import dev.gatun.cli.terminal.Output;
import dev.gatun.io.RunFolder;
import dev.gatun.io.RunFolderException;
import dev.gatun.train.profile.Trace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code gatun profile}. */
@Command(name = "profile", sortOptions = false, abbreviateSynopsis = true, separator = " ",
        description = "Lists the most expensive kernels of a run that was trained with --profile.",
        parameterListHeading = "%nParameters:%n", optionListHeading = "%nOptions:%n",
        footer = {"", "Times are medians over the recorded steps. \"Of peak\" compares a kernel that computes much",
            "for each byte with a product of 512 by 512 matrices, in GFLOP/s, and others with a pass",
            "over as many bytes, in GB/s: what the machine reached before the run. Winograd's",
            "convolutions, with fewer operations than are counted, may come out above 100 %%.",
            "", "Examples:", "  gatun train --profile --output runs/mine", "  gatun profile runs/mine",
            "  gatun profile runs/mine --top 30 --json kernels.json"})
public final class ProfileCommand implements Callable<Integer> {
    private static final int DEFAULT_TOP = 10;

    private final Output output;

    @Parameters(paramLabel = "RUN", description = "A run's folder.")
    Path path = Path.of("");

    @Option(names = "--top", paramLabel = "N", description = "List so many kernels (default: 10).")
    @Nullable Integer top;

    @Option(names = "--json", paramLabel = "FILE",
            description = "Write the results to this file; - for standard output.")
    @Nullable Path json;

    @Mixin
    final CommonOptions common = new CommonOptions();

    /** Creates the command. */
    public ProfileCommand(Output output) {
        this.output = output;
    }

    @Override
    public Integer call() {
        int most = Flags.atLeast("--top", 1, top, DEFAULT_TOP);
        ResultFile results = new ResultFile(json, output.out());
        results.check();
        RunFolder run = RunFolder.open(path);
        if (!Files.exists(run.traceFile())) {
            throw new RunFolderException("the run " + run.path() + " has no profile (it has no "
                    + run.traceFile().getFileName() + "); record one with java/bin/gatun train --profile, or go on with"
                    + " this run: java/bin/gatun train --resume " + run.path() + " --profile");
        }
        ProfileReport report = ProfileReport.of(Trace.read(run.traceFile()), run, most);
        report.print(results.beside(output));
        results.write(report.toJson());
        return ExitCode.OK.number();
    }
}

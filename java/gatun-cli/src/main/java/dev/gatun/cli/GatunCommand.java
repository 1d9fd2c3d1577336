package dev.gatun.cli;

import dev.gatun.cli.bench.BenchCommand;
import dev.gatun.cli.compare.CompareCommand;
import dev.gatun.cli.compress.DistillCommand;
import dev.gatun.cli.compress.FactorizeCommand;
import dev.gatun.cli.compress.PruneCommand;
import dev.gatun.cli.compress.QuantizeCommand;
import dev.gatun.cli.compress.pipeline.CompressCommand;
import dev.gatun.cli.doctor.DoctorCommand;
import dev.gatun.cli.evaluate.EvaluateCommand;
import dev.gatun.cli.export.ExportCommand;
import dev.gatun.cli.lab.LabCommand;
import dev.gatun.cli.lab.LabInitCommand;
import dev.gatun.cli.lab.LabOptimizersCommand;
import dev.gatun.cli.launch.LaunchCommand;
import dev.gatun.cli.models.ModelsCommand;
import dev.gatun.cli.option.CommonOptions;
import dev.gatun.cli.option.ExitCode;
import dev.gatun.cli.option.Version;
import dev.gatun.cli.parity.ParityCommand;
import dev.gatun.cli.predict.PredictCommand;
import dev.gatun.cli.profile.ProfileCommand;
import dev.gatun.cli.summary.SummaryCommand;
import dev.gatun.cli.terminal.Output;
import dev.gatun.cli.train.TrainCommand;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.ToIntFunction;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code gatun} alone. */
@Command(name = "gatun", sortOptions = false, sortSynopsis = false, versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        header = "Trains neural networks in Java, at the speed of the native libraries.",
        commandListHeading = "%nCommands:%n", optionListHeading = "%nOptions:%n",
        footer = {"", "Examples:", "  gatun train                     train LeNet on drawn digits: no data is needed",
            "  gatun train --data ~/mnist      train it on MNIST's four files, or a folder of images",
            "  gatun launch --ranks 4 train    train it in four processes",
            "  gatun evaluate runs/my-run      measure what a run has learnt",
            "  gatun predict runs/my-run a.jpg say what an image shows",
            "  gatun export runs/my-run --output model.safetensors",
            "                                  hand its weights to PyTorch",
            "  gatun profile runs/my-run       list its most expensive kernels, after train --profile",
            "  gatun lab optimizers --quick    compare optimizers",
            "  gatun models                    list the models and their sizes",
            "  gatun summary --model resnet18  list a model's parameters and the memory it takes",
            "  gatun doctor                    look whether all that is needed is there",
            "", "\"gatun help COMMAND\" explains a command; \"gatun completion\" completes them in a shell."})
final class GatunCommand implements Callable<Integer> {
    private final Output output;

    @Mixin
    final CommonOptions common = new CommonOptions();

    @Option(names = {"-V", "--version"}, versionHelp = true, description = "Show the version and exit.")
    boolean version;

    GatunCommand(Output output) {
        this.output = output;
    }

    static CommandLine commandLine(Output output) {
        return commandLine(output, false);
    }

    /** @param wholeHelp whether help shows every option */
    static CommandLine commandLine(Output output, boolean wholeHelp) {
        CommandLine commands = new CommandLine(new GatunCommand(output))
                .addSubcommand(new TrainCommand(output))
                .addSubcommand(new LaunchCommand(output, new TrainingRanks(output)))
                .addSubcommand(new EvaluateCommand(output))
                .addSubcommand(new PredictCommand(output))
                .addSubcommand(new CompareCommand(output))
                .addSubcommand(new ProfileCommand(output))
                .addSubcommand(new ExportCommand(output))
                .addSubcommand(new PruneCommand(output))
                .addSubcommand(new QuantizeCommand(output))
                .addSubcommand(new DistillCommand(output, executing(output)))
                .addSubcommand(new FactorizeCommand(output))
                .addSubcommand(new CompressCommand(output, executing(output)))
                .addSubcommand(new CommandLine(new LabCommand(output)).addSubcommand(new LabOptimizersCommand(output))
                        .addSubcommand(new LabInitCommand(output)))
                .addSubcommand(new ModelsCommand(output))
                .addSubcommand(new SummaryCommand(output))
                .addSubcommand(new BenchCommand(output))
                .addSubcommand(new ParityCommand(output))
                .addSubcommand(new DoctorCommand(output))
                .addSubcommand(new CompletionCommand(output))
                .addSubcommand(new HelpCommand());
        Settings.apply(commands, output, wholeHelp);
        return commands;
    }

    /** What runs another command of this program. */
    private static ToIntFunction<List<String>> executing(Output output) {
        return arguments -> commandLine(output).execute(arguments.toArray(String[]::new));
    }

    @Override
    public Integer call() {
        commandLine(output).usage(output.err());
        return ExitCode.USAGE.number();
    }
}

package dev.gatun.cli;

import dev.gatun.cli.launch.LaunchedCommand;
import dev.gatun.cli.option.CliException;
import dev.gatun.cli.terminal.Output;
import dev.gatun.cli.train.TrainCommand;
import dev.gatun.cli.train.TrainFlags;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** {@code train} as several ranks run it. */
record TrainingRanks(Output output) implements LaunchedCommand {
    @Override
    public void check(List<String> arguments) {
        if (!arguments.getFirst().equals(TrainCommand.NAME)) {
            throw CliException.usage("launch starts ranks of train, not of '" + arguments.getFirst()
                    + "': write gatun launch --ranks 4 train, then its options");
        }
        parsed(arguments);
    }

    private ParseResult parsed(List<String> arguments) {
        CommandLine commands = GatunCommand.commandLine(output);
        try {
            return commands.parseArgs(arguments.toArray(String[]::new)).subcommand();
        } catch (ParameterException e) {
            throw CliException.usage(UsageErrors.message(e));
        }
    }

    @Override
    public List<String> resumed(List<String> arguments, Path run) {
        List<String> again = new ArrayList<>(List.of(TrainCommand.NAME, "--resume", run.toString()));
        for (OptionSpec option : parsed(arguments).matchedOptions()) {
            if (!TrainFlags.goesWithResume(option) || option.longestName().equals("--resume")) {
                continue;
            }
            if (option.originalStringValues().isEmpty() || option.arity().max() == 0) {
                again.add(option.longestName());
            } else {
                option.originalStringValues().forEach(value -> again.addAll(List.of(option.longestName(), value)));
            }
        }
        return again;
    }
}

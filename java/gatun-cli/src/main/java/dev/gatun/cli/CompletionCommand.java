package dev.gatun.cli;

import dev.gatun.cli.option.CommonOptions;
import dev.gatun.cli.option.ExitCode;
import dev.gatun.cli.terminal.Output;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The command {@code gatun completion}. */
@Command(name = "completion", sortOptions = false,
        description = "Prints a script with which bash and zsh complete commands, options and their values.",
        optionListHeading = "%nOptions:%n",
        footer = {"", "Examples:", "  source <(gatun completion)      in ~/.bashrc or ~/.zshrc",
            "", "The name to complete is gatun: put java/bin on the path, or link java/bin/gatun to a folder on it."})
final class CompletionCommand implements Callable<Integer> {
    private final Output output;

    @Mixin
    final CommonOptions common = new CommonOptions();

    CompletionCommand(Output output) {
        this.output = output;
    }

    @Override
    public Integer call() {
        output.out().print(AutoComplete.bash("gatun", GatunCommand.commandLine(output, true)));
        return ExitCode.OK.number();
    }
}

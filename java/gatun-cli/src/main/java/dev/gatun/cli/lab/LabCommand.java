package dev.gatun.cli.lab;

import dev.gatun.cli.option.CommonOptions;
import dev.gatun.cli.option.ExitCode;
import dev.gatun.cli.terminal.Output;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command {@code gatun lab} without a subcommand. */
@Command(name = "lab", sortOptions = false, synopsisSubcommandLabel = "COMMAND",
        description = "Experiments that compare ways to train.",
        commandListHeading = "%nCommands:%n", optionListHeading = "%nOptions:%n",
        footer = {"", "Examples:", "  gatun lab optimizers --quick", "  gatun lab init"})
public final class LabCommand implements Callable<Integer> {
    private final Output output;

    @Spec
    @Nullable CommandSpec spec;

    @Mixin
    final CommonOptions common = new CommonOptions();

    /** Creates the command. */
    public LabCommand(Output output) {
        this.output = output;
    }

    @Override
    public Integer call() {
        Objects.requireNonNull(spec).commandLine().usage(output.err());
        return ExitCode.USAGE.number();
    }
}

package dev.gatun.cli.doctor;

import dev.gatun.cli.option.CommonOptions;
import dev.gatun.cli.option.ExitCode;
import dev.gatun.cli.terminal.Output;
import dev.gatun.cli.terminal.TextTable;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The command {@code gatun doctor}. */
@Command(name = "doctor", sortOptions = false,
        description = "Shows what was found of all that training needs, and what to do about the rest.",
        optionListHeading = "%nOptions:%n", footer = {"", "Examples:", "  gatun doctor"})
public final class DoctorCommand implements Callable<Integer> {
    private final Output output;

    @Mixin
    final CommonOptions common = new CommonOptions();

    /** Creates the command. */
    public DoctorCommand(Output output) {
        this.output = output;
    }

    @Override
    public Integer call() {
        Diagnosis diagnosis = Diagnosis.make();
        TextTable table = new TextTable("what", "found");
        diagnosis.facts().forEach(fact -> table.row(fact.subject(), fact.text()));
        table.lines().forEach(output.out()::println);
        if (!diagnosis.problem().isEmpty()) {
            output.err().println("gatun: training on the CPU does not work: " + diagnosis.problem());
        }
        return (diagnosis.problem().isEmpty() ? ExitCode.OK : ExitCode.BACKEND).number();
    }
}

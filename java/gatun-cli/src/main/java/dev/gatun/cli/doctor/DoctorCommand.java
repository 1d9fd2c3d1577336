package dev.gatun.cli.doctor;

import dev.gatun.cli.option.CommonOptions;
import dev.gatun.cli.option.ExitCode;
import dev.gatun.cli.option.ResultFile;
import dev.gatun.cli.terminal.Output;
import dev.gatun.cli.terminal.TextTable;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code gatun doctor}. */
@Command(name = "doctor", sortOptions = false,
        description = "Shows what was found of all that training needs, and what to do about the rest.",
        optionListHeading = "%nOptions:%n", footer = {"", "Examples:", "  gatun doctor", "  gatun doctor --json -"})
public final class DoctorCommand implements Callable<Integer> {
    private final Output output;

    @Option(names = "--json", paramLabel = "FILE",
            description = "Write what was found to this file too; - for standard output.")
    @Nullable Path json;

    @Mixin
    final CommonOptions common = new CommonOptions();

    /** Creates the command. */
    public DoctorCommand(Output output) {
        this.output = output;
    }

    @Override
    public Integer call() {
        ResultFile file = new ResultFile(json, output.out());
        file.check();
        Diagnosis diagnosis = Diagnosis.make();
        TextTable table = new TextTable("what", "found");
        diagnosis.facts().forEach(fact -> table.row(fact.subject(), fact.text()));
        table.lines().forEach(file.beside(output).out()::println);
        file.write(diagnosis.toJson());
        if (!diagnosis.problem().isEmpty()) {
            output.err().println("gatun: training on the CPU does not work: " + diagnosis.problem());
        }
        return (diagnosis.problem().isEmpty() ? ExitCode.OK : ExitCode.BACKEND).number();
    }
}

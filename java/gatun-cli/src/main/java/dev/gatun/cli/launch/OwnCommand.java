package dev.gatun.cli.launch;

import dev.gatun.cli.option.CliException;
import dev.gatun.cli.option.ExitCode;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

/** This program again, as this process was started: Java, its options, the class path. */
final class OwnCommand {
    private static final String MAIN = "dev.gatun.cli.Main";

    /** Says that standard output is a terminal, which it is for rank 0 alone. */
    private static final String TERMINAL = "-Dgatun.columns=";

    private OwnCommand() {}

    static List<String> of(int rank, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElseThrow(() -> new CliException(ExitCode.INTERNAL,
                "the system does not say with which Java this process runs: start the ranks by hand, with RANK,"
                        + " WORLD_SIZE, MASTER_ADDR and MASTER_PORT")));
        for (String option : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            if (rank == 0 || !option.startsWith(TERMINAL)) {
                command.add(option);
            }
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), MAIN));
        command.addAll(arguments);
        return command;
    }
}

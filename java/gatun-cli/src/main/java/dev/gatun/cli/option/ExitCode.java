package dev.gatun.cli.option;

import java.util.ArrayList;
import java.util.List;

/** The exit codes of commands, which scripts may rely on. */
public enum ExitCode {
    OK(0, "all went well"),
    INTERNAL(1, "an internal error, which is a bug: --trace shows where"),
    USAGE(2, "an unknown command, option or value"),
    DATA(3, "data that is missing or cannot be used"),
    STORAGE(4, "a run that is missing, a folder or file that cannot be read or written"),
    CHECKPOINT(5, "a checkpoint that is missing, damaged or cannot be written"),
    NON_FINITE_LOSS(6, "a loss, or too many gradients, that are infinite or not a number"),
    BACKEND(7, "a device or library that is missing or not supported"),
    MEMORY(8, "too little memory, or a memory budget that is too small"),
    RANK_LOST(9, "a rank that died, hangs, did not come or differs from the others, which have stopped"),
    INTERRUPTED(130, "stopped by Ctrl-C, SIGTERM or SIGHUP; a training run has saved a checkpoint");

    private final int number;
    private final String meaning;

    ExitCode(int number, String meaning) {
        this.number = number;
        this.meaning = meaning;
    }

    /** Returns the number. */
    public int number() {
        return number;
    }

    /** Returns the list for {@code --help}. */
    public static List<String> help() {
        List<String> lines = new ArrayList<>(List.of("", "Exit codes:"));
        for (ExitCode code : values()) {
            lines.add(String.format("  %3d  %s", code.number, code.meaning));
        }
        return lines;
    }
}

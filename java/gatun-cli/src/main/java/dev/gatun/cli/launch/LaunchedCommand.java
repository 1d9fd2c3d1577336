package dev.gatun.cli.launch;

import java.nio.file.Path;
import java.util.List;

/** What the launcher asks about the command that the ranks run. */
public interface LaunchedCommand {
    /**
     * Checks a command line before it is started many times.
     *
     * @throws dev.gatun.cli.option.CliException when it is wrong, or not one for several ranks
     */
    void check(List<String> arguments);

    /** Returns the command line that goes on with a run which another one began. */
    List<String> resumed(List<String> arguments, Path run);
}

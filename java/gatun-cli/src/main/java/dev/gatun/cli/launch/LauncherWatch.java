package dev.gatun.cli.launch;

import dev.gatun.cli.option.ExitCode;
import dev.gatun.cli.option.Launched;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;

/** Ends a process when the launcher that started it is gone, however that ended: a pipe to it is closed then. */
public final class LauncherWatch {
    private LauncherWatch() {}

    /** Begins to watch, in a process that the launcher has started; does nothing in others. */
    public static void begin(InputStream in, PrintStream err) {
        if (Launched.isHere()) {
            Thread.ofPlatform().daemon().name("gatun-launcher-watch").start(() -> watch(in, err));
        }
    }

    private static void watch(InputStream in, PrintStream err) {
        try {
            while (in.read() >= 0) {
                // the launcher says nothing
            }
        } catch (IOException _) {
            // as if it had ended
        }
        err.println("gatun: the launcher has ended, and its ranks with it");
        Runtime.getRuntime().halt(ExitCode.RANK_LOST.number());
    }
}

package dev.gatun.cli.launch;

import dev.gatun.cli.option.ExitCode;
import dev.gatun.cli.terminal.Output;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The process of one rank. */
final class RankProcess {
    private static final int SIGNALS = 128;

    private final int rank;
    private final Process process;
    private final Thread out;
    private final Thread err;
    private volatile boolean killed;

    private RankProcess(int rank, Process process, Output output) {
        this.rank = rank;
        this.process = process;
        String prefix = rank == 0 ? "" : "[rank " + rank + "] ";
        out = Lines.passOn(process.getInputStream(), output.out(), "");
        err = Lines.passOn(process.getErrorStream(), output.err(), prefix);
    }

    /** Starts it. Its standard input stays open for as long as this process lives. */
    static RankProcess start(int rank, List<String> command, Map<String, String> variables, Output output)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(variables);
        return new RankProcess(rank, builder.start(), output);
    }

    int rank() {
        return rank;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Has something done when it has ended. */
    void whenEnded(Runnable action) {
        process.onExit().thenRun(action);
    }

    /** Asks it to stop after the current step. */
    void stop() {
        process.destroy();
    }

    /** Ends it at once. */
    void kill() {
        if (process.isAlive()) {
            killed = true;
            process.destroyForcibly();
        }
    }

    /** Returns whether it had to be ended. */
    boolean wasKilled() {
        return killed;
    }

    /** Returns whether it ended by itself, and by a signal. */
    boolean diedBySignal() {
        return !killed && code() > SIGNALS && code() != ExitCode.INTERRUPTED.number();
    }

    /** Returns its exit code once it has ended: 128 and the number of the signal if it was a signal. */
    int code() {
        return process.exitValue();
    }

    /** Waits for what it printed last. */
    void drain() throws InterruptedException {
        out.join(TimeUnit.SECONDS.toMillis(2));
        err.join(TimeUnit.SECONDS.toMillis(2));
    }

    /** Returns in words how it ended. */
    String end() {
        String who = "rank " + rank + " (process " + process.pid() + ")";
        if (killed) {
            return who + " did not end when the others had, and was killed";
        }
        return diedBySignal() ? who + " was killed by signal " + (code() - SIGNALS)
                : who + " ended with exit code " + code();
    }
}

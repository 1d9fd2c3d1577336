package dev.gatun.cli;

import dev.gatun.cli.launch.LauncherWatch;
import dev.gatun.cli.option.CommonOptions;
import dev.gatun.cli.option.ShortHelp;
import dev.gatun.cli.terminal.Output;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;

/** The entry point of the program. */
public final class Main {
    private Main() {}

    /** Runs a command and ends the JVM with its exit code. */
    public static void main(String[] args) {
        LauncherWatch.begin(System.in, System.err);
        System.exit(run(args, System.out, System.err));
    }

    /**
     * Runs a command on the calling thread and returns its exit code.
     *
     * @param out receives results
     * @param err receives errors, each in one line
     * @return the exit code
     */
    public static int run(String[] args, PrintStream out, PrintStream err) {
        return run(args, Output.of(out, err));
    }

    static int run(String[] args, Output output) {
        try {
            boolean wholeHelp = List.of(args).contains(ShortHelp.ALL);
            return GatunCommand.commandLine(output, wholeHelp)
                    .setOut(new PrintWriter(output.out(), true, output.out().charset()))
                    .setErr(new PrintWriter(output.err(), true, output.err().charset()))
                    .execute(wholeHelp ? withHelp(args) : args);
        } catch (Throwable e) { // picocli hands on errors, such as a lack of memory
            return Failures.report(e, List.of(args).contains(CommonOptions.TRACE), output.err()).number();
        }
    }

    /** The help is one; how much of it is shown was decided before. */
    private static String[] withHelp(String[] args) {
        return Arrays.stream(args).map(arg -> arg.equals(ShortHelp.ALL) ? "--help" : arg).toArray(String[]::new);
    }
}

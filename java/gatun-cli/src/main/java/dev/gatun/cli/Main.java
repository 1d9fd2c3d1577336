package dev.gatun.cli;

import dev.gatun.cli.option.CommonOptions;
import dev.gatun.cli.terminal.Output;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.List;

/** The entry point of the program. */
public final class Main {
    private Main() {}

    /** Runs a command and ends the JVM with its exit code. */
    public static void main(String[] args) {
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
            return GatunCommand.commandLine(output)
                    .setOut(new PrintWriter(output.out(), true, output.out().charset()))
                    .setErr(new PrintWriter(output.err(), true, output.err().charset()))
                    .execute(args);
        } catch (Throwable e) { // picocli hands on errors, such as a lack of memory
            return Failures.report(e, List.of(args).contains(CommonOptions.TRACE), output.err()).number();
        }
    }
}

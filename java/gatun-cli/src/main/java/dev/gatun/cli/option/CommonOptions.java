package dev.gatun.cli.option;

import picocli.CommandLine.Option;

/** Options of every command. */
public final class CommonOptions {
    /** The option that prints stack traces. */
    public static final String TRACE = "--trace";

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help and exit.")
    boolean help;

    @Option(names = TRACE, description = "Show the stack trace when something fails.")
    boolean trace;
}

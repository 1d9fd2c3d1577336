package dev.gatun.cli.option;

/** Thrown when a command cannot continue. The message is one line: cause, remedy. */
public final class CliException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ExitCode code;

    /** Creates an exception with a one-line message. */
    public CliException(ExitCode code, String message) {
        super(message);
        this.code = code;
    }

    /** Creates an exception with a one-line message and a cause. */
    public CliException(ExitCode code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /** Returns the exception for an invalid command line. */
    public static CliException usage(String message) {
        return new CliException(ExitCode.USAGE, message);
    }

    /** Returns the exit code of the command. */
    public ExitCode code() {
        return code;
    }
}

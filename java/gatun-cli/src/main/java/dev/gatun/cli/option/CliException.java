package dev.gatun.cli.option;

/** A command cannot go on. The message is one line: cause, remedy. */
public final class CliException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ExitCode code;

    public CliException(ExitCode code, String message) {
        super(message);
        this.code = code;
    }

    public CliException(ExitCode code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    public static CliException usage(String message) {
        return new CliException(ExitCode.USAGE, message);
    }

    public ExitCode code() {
        return code;
    }
}

package dev.gatun.cli;

/** A command cannot go on. The message is one line: cause, remedy. */
final class CliException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ExitCode code;

    CliException(ExitCode code, String message) {
        super(message);
        this.code = code;
    }

    CliException(ExitCode code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    static CliException usage(String message) {
        return new CliException(ExitCode.USAGE, message);
    }

    ExitCode code() {
        return code;
    }
}

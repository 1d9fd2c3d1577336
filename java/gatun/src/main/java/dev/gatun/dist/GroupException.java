package dev.gatun.dist;

/** The ranks of a group cannot go on together. Its message is one line that names the rank and the reason. */
public class GroupException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Creates one with a message. */
    public GroupException(String message) {
        super(message);
    }

    /** Creates one with a message and its cause. */
    public GroupException(String message, Throwable cause) {
        super(message, cause);
    }
}

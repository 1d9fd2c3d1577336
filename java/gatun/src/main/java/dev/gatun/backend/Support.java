package dev.gatun.backend;

/**
 * The answer to whether a device supports an operation. There is no silent fallback: a "no" reaches the user with its
 * reason.
 */
public sealed interface Support {
    /** The operation is supported. */
    record Yes() implements Support {}

    /** The operation is not supported, because of {@code reason}. */
    record No(String reason) implements Support {}

    /** Returns the answer that the operation is supported. */
    static Support yes() {
        return new Yes();
    }

    /** Returns the answer that the operation is not supported. */
    static Support no(String reason) {
        return new No(reason);
    }
}

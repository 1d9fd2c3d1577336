package dev.gatun.backend;

/** Whether a device can run an operation. There is no silent fallback: a "no" reaches the user with its reason. */
public sealed interface Support {
    /** It can. */
    record Yes() implements Support {}

    /** It cannot, because of {@code reason}. */
    record No(String reason) implements Support {}

    /** It can. */
    static Support yes() {
        return new Yes();
    }

    /** It cannot. */
    static Support no(String reason) {
        return new No(reason);
    }
}

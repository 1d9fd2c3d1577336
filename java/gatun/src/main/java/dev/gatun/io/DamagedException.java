package dev.gatun.io;

import org.jspecify.annotations.Nullable;

/** Why a checkpoint is not what was written; its reader knows path and remedy. */
final class DamagedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean mendable;

    DamagedException(String message, @Nullable Throwable cause) {
        this(message, cause, false);
    }

    private DamagedException(String message, @Nullable Throwable cause, boolean mendable) {
        super(message, cause);
        this.mendable = mendable;
    }

    /** One that says itself how to mend the checkpoint. */
    static DamagedException mendable(String message) {
        return new DamagedException(message, null, true);
    }

    /** Why, and what to do: the given remedy, unless the checkpoint can be mended. */
    String reason(String remedy) {
        return reason() + (mendable ? "" : "; " + remedy);
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}

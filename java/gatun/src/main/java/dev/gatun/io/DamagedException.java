package dev.gatun.io;

import org.jspecify.annotations.Nullable;

/** Why a checkpoint is not what was written; its reader knows path and remedy. */
final class DamagedException extends Exception {
    private static final long serialVersionUID = 1L;

    DamagedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}

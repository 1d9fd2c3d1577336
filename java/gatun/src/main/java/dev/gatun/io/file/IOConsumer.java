package dev.gatun.io.file;

import java.io.IOException;

/** A {@link java.util.function.Consumer} that may throw an {@link IOException}. */
@FunctionalInterface
public interface IOConsumer<T> {

    /** Accepts one value. */
    void accept(T value) throws IOException;
}

package dev.gatun.io.file;

import java.io.IOException;

/** A {@link java.util.function.Consumer} that may fail on the disk. */
@FunctionalInterface
public interface IOConsumer<T> {

    /** Takes one value. */
    void accept(T value) throws IOException;
}

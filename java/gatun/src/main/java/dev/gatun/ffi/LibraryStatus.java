package dev.gatun.ffi;

import java.nio.file.Path;

/** What became of a library. */
public sealed interface LibraryStatus {
    /** It is loaded, from {@code path}, found as {@code origin} says. */
    record Loaded(String library, Path path, String origin) implements LibraryStatus {}

    /** It is not, for {@code reason}; {@code remedy} says what to do. */
    record Missing(String library, String reason, String remedy) implements LibraryStatus {}
}

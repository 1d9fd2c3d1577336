package dev.gatun.dist;

/** Whether the library of a transport was found. */
public sealed interface TransportLibrary {
    /** It was; {@code description} tells its version, its kind and where it lies. */
    record Found(String description) implements TransportLibrary {}

    /** It was not, for {@code reason}; {@code remedy} says what to do. */
    record Missing(String reason, String remedy) implements TransportLibrary {}
}

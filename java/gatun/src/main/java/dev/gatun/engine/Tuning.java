package dev.gatun.engine;

/** How the compiler chooses among several candidates where no choice was recorded. */
public enum Tuning {
    /** The device's default candidate: the same on every machine and in every run, at no cost. */
    FIRST,
    /**
     * The fastest candidate on this machine: each is timed once, and the result is stored in the user's cache folder.
     */
    MEASURED
}

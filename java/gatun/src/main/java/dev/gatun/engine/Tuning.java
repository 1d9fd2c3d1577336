package dev.gatun.engine;

/** How a compiler chooses where a device offers several candidates and no choice was recorded. */
public enum Tuning {
    /** The device's first candidate: the same on every machine and in every run, at no cost. */
    FIRST,
    /** The fastest on this machine: each is timed once and remembered in the user's cache folder. */
    MEASURED
}

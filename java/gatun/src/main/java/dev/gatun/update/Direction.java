package dev.gatun.update;

/** Which way an optimizer goes. */
public enum Direction {
    MINIMIZE,
    MAXIMIZE
}

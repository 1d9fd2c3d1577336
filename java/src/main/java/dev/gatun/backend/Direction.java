package dev.gatun.backend;

/** Which way an optimizer goes. */
public enum Direction {
    MINIMIZE,
    MAXIMIZE
}

package dev.gatun.update.rule;

/** Which way an optimizer goes. */
public enum Direction {
    MINIMIZE,
    MAXIMIZE
}

package dev.gatun.update.rule;

/** Whether an optimizer minimises or maximises. */
public enum Direction {
    MINIMIZE,
    MAXIMIZE
}

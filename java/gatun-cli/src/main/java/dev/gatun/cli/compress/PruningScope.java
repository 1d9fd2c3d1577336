package dev.gatun.cli.compress;

/** Where channels compete. */
public enum PruningScope {
    /** With those of their own layers: the same share of each goes. */
    LAYER,
    /** With all others. */
    GLOBAL
}

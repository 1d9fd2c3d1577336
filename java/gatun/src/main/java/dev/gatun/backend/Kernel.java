package dev.gatun.backend;

/** A ready-bound call: it allocates nothing, decides nothing and looks nothing up. */
@FunctionalInterface
public interface Kernel {
    /** Runs once over the bound memory. */
    void run();
}

package dev.gatun.backend;

/** A ready-bound call: it allocates nothing, decides nothing and looks nothing up. */
@FunctionalInterface
public interface Kernel {
    /** Runs once over the bound memory. */
    void run();

    /** This one and then another. */
    default Kernel then(Kernel next) {
        return () -> {
            run();
            next.run();
        };
    }
}

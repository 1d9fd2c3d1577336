package dev.gatun.backend;

/** A call that is bound to its memory and arguments. Running it allocates nothing. */
@FunctionalInterface
public interface Kernel {
    /** Executes the kernel once over the bound memory. */
    void run();

    /** Returns a kernel that runs this one and then another. */
    default Kernel then(Kernel next) {
        return () -> {
            run();
            next.run();
        };
    }
}

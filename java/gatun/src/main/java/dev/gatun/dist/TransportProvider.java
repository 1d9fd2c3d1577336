package dev.gatun.dist;

import dev.gatun.memory.MemoryBudget;

/** A transport by a library that not every machine has; found by {@link java.util.ServiceLoader}. */
public interface TransportProvider {
    /** Returns the name of the {@link TransportChoice}, in lower case: {@code mpi}. */
    String name();

    /**
     * Opens the transport of this rank. All ranks do so at the same time, and may collect what they need by
     * {@link Membership#gather}. The caller closes the transport before the membership.
     *
     * @throws GroupException when the library is missing or cannot be used; the reason and what to do, in one line
     */
    Transport open(Membership members, MemoryBudget budget);
}

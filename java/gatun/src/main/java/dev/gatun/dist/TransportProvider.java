package dev.gatun.dist;

import dev.gatun.memory.MemoryBudget;

/** Opens a transport between ranks that have met; found by {@link java.util.ServiceLoader}. */
public interface TransportProvider {
    /** Returns the name by which it is chosen: {@code tcp}, {@code mpi}. */
    String name();

    /**
     * Opens this rank's end. All ranks open the same transport.
     *
     * @param budget counts the memory that the transport needs
     * @throws GroupException when it cannot be had here, with the reason and the remedy
     */
    Transport open(Membership members, MemoryBudget budget);
}

package dev.gatun.dist;

import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * Tells all ranks where rank 0 awaits them, for ranks that were started together but got no address in their
 * environment; found by {@link java.util.ServiceLoader}. All ranks ask, or none does.
 */
public interface MasterAddressProvider {
    /** Returns what tells it: {@code mpi}. */
    String name();

    /**
     * Returns the address, the same on all ranks: the host of rank 0 and a port that was free there a moment ago.
     *
     * @param timeout how long to wait for the other ranks
     * @throws GroupException when it cannot be had here, with the reason and the remedy, or the others do not come
     */
    InetSocketAddress masterAddress(Duration timeout);
}

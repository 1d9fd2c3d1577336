package dev.gatun.dist.socket;

/**
 * Where the ranks of a group meet.
 *
 * @param rank    number of this process, from 0
 * @param size    number of processes
 * @param address name or address of the machine of rank 0
 * @param port    where rank 0 listens
 */
public record Rendezvous(int rank, int size, String address, int port) {
    public Rendezvous {
        if (size < 1 || rank < 0 || rank >= size) {
            throw new IllegalArgumentException("there is no rank " + rank + " of " + size + " ranks");
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("a port lies between 1 and 65535, not at " + port);
        }
    }

    /** Returns whether only processes of this machine can come. */
    boolean isLocal() {
        return address.equals("localhost") || address.startsWith("127.") || address.equals("::1");
    }

    @Override
    public String toString() {
        return address + ":" + port;
    }
}

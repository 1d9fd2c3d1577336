package dev.gatun.dist;

/** By what the ranks of a group move their bytes. */
public enum TransportChoice {
    /** Shared memory where all ranks are on one machine and can reach it, else TCP. */
    AUTO,
    /** Memory that all ranks have mapped: processes of one machine. */
    SHARED_MEMORY,
    /** A TCP connection between each two ranks. */
    TCP,
    /** The MPI library that the processes were started with: a {@link TransportProvider} of this name. */
    MPI
}

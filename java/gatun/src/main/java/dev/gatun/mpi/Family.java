package dev.gatun.mpi;

import java.util.List;

/**
 * The binary interfaces of MPI. Their functions have the same names; what a communicator, a type or a request is, and
 * every number, differ. Figures of the {@code mpi.h} of each.
 */
enum Family {
    /** Handles are pointers, the predefined ones to exported variables; up to version 5 the only interface it has. */
    OPEN_MPI("Open MPI", new Sizes(Long.BYTES, 24, 8), 2, 1, List.of("BUFFER", "COUNT", "TYPE", "TAG", "COMM", "RANK",
            "REQUEST", "ROOT", "GROUP", "OP", "TOPOLOGY", "DIMS", "ARG", "UNKNOWN", "TRUNCATE", "OTHER", "INTERN",
            "IN_STATUS", "PENDING")),
    /** Handles are integers of 32 bits; also Intel's MPI, MVAPICH and Cray's. */
    MPICH("MPICH", new Sizes(Integer.BYTES, 20, 16), 2, -1, List.of("BUFFER", "COUNT", "TYPE", "TAG", "COMM", "RANK",
            "ROOT", "GROUP", "OP", "TOPOLOGY", "DIMS", "ARG", "UNKNOWN", "TRUNCATE", "OTHER", "INTERN", "IN_STATUS",
            "PENDING", "REQUEST")),
    /** That of the standard since MPI 5: handles are as wide as pointers, the predefined ones small numbers. */
    STANDARD_ABI("MPI's standard ABI", new Sizes(Long.BYTES, 32, 8), 2048, 1, List.of("BUFFER", "COUNT", "TYPE", "TAG",
            "COMM", "RANK", "REQUEST", "ROOT", "GROUP", "OP", "TOPOLOGY", "DIMS", "ARG", "UNKNOWN", "TRUNCATE", "OTHER",
            "INTERN", "PENDING", "IN_STATUS"));

    /**
     * Sizes of what lies in memory.
     *
     * @param handle bytes of a handle
     * @param status bytes of an {@code MPI_Status}
     * @param error  where {@code MPI_ERROR} is in it
     */
    record Sizes(int handle, int status, int error) {}

    private final String title;
    private final Sizes sizes;
    private final int serialized;
    private final long inPlace;
    private final List<String> errorClasses;

    Family(String title, Sizes sizes, int serialized, long inPlace, List<String> errorClasses) {
        this.title = title;
        this.sizes = sizes;
        this.serialized = serialized;
        this.inPlace = inPlace;
        this.errorClasses = errorClasses;
    }

    /** Returns its name for people. */
    String title() {
        return title;
    }

    Sizes sizes() {
        return sizes;
    }

    /** Returns {@code MPI_THREAD_SERIALIZED}; the levels above it are larger numbers. */
    int serialized() {
        return serialized;
    }

    /** Returns {@code MPI_IN_PLACE}. */
    long inPlace() {
        return inPlace;
    }

    /** Returns the symbol of an error class: {@code MPI_ERR_RANK}. */
    String errorClass(int number) {
        return number == 0 ? "MPI_SUCCESS" : number > 0 && number <= errorClasses.size()
                ? "MPI_ERR_" + errorClasses.get(number - 1) : "error class";
    }

    /** Whether an error class says that the statuses of the requests tell more. */
    boolean isInStatus(int number) {
        return number == errorClasses.indexOf("IN_STATUS") + 1;
    }

    /** Whether an error class says that nothing has become of a request yet. */
    boolean isPending(int number) {
        return number == errorClasses.indexOf("PENDING") + 1;
    }
}

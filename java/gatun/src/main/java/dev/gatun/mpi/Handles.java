package dev.gatun.mpi;

import dev.gatun.ffi.SharedObject;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * The predefined handles that are needed, as numbers; a family's functions take them as wide as they are there.
 *
 * @param world        {@code MPI_COMM_WORLD}
 * @param self         {@code MPI_COMM_SELF}
 * @param byteType     {@code MPI_BYTE}
 * @param floatType    {@code MPI_FLOAT}
 * @param sum          {@code MPI_SUM}
 * @param errorsReturn {@code MPI_ERRORS_RETURN}
 */
record Handles(long world, long self, long byteType, long floatType, long sum, long errorsReturn) {
    private static final Handles MPICH =
            new Handles(0x44000000, 0x44000001, 0x4c00010d, 0x4c00040a, 0x58000003, 0x54000001);
    private static final Handles STANDARD_ABI = new Handles(0x101, 0x102, 0x247, 0x210, 0x21, 0x143);

    /** Returns those of a library; empty when it lacks one of the variables that they are. */
    static Optional<Handles> of(Family family, SharedObject library) {
        return switch (family) {
            case OPEN_MPI -> {
                long[] found = new long[6];
                String[] names = {"ompi_mpi_comm_world", "ompi_mpi_comm_self", "ompi_mpi_byte", "ompi_mpi_float",
                    "ompi_mpi_op_sum", "ompi_mpi_errors_return"};
                for (int i = 0; i < found.length; i++) {
                    found[i] = library.find(names[i]).map(MemorySegment::address).orElse(0L);
                    if (found[i] == 0) {
                        yield Optional.empty();
                    }
                }
                yield Optional.of(new Handles(found[0], found[1], found[2], found[3], found[4], found[5]));
            }
            case MPICH -> Optional.of(MPICH);
            case STANDARD_ABI -> Optional.of(STANDARD_ABI);
        };
    }
}

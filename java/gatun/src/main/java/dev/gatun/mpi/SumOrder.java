package dev.gatun.mpi;

/** In which order floats of all ranks are added. */
enum SumOrder {
    /** In that of the ranks, as with every transport: the same bits in each run. */
    RANKS,
    /** As {@code MPI_Iallreduce} likes: other last bits with another library, network or number of ranks. */
    ANY
}

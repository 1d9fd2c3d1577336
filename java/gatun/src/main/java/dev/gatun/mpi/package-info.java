/**
 * Ranks that talk through the MPI library of a machine, whichever it has: the transport {@code mpi}, found by
 * {@code ServiceLoader}. Internal.
 */
@NullMarked
package dev.gatun.mpi;

import org.jspecify.annotations.NullMarked;

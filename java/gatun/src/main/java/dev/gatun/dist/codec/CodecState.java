package dev.gatun.dist.codec;

import dev.gatun.memory.HostBuffer;

/**
 * Memory that a reducer keeps from step to step, for checkpoints to save and restore in place. A reducer's states have
 * different names, and the same names, sizes and order each time one is made of the same compression, tensors and slab.
 *
 * @param name    what it is, within its reducer
 * @param memory  the reducer's; to be read and written between two reductions only
 * @param sharing whether ranks have different ones
 */
public record CodecState(String name, HostBuffer memory, Sharing sharing) {
    /** Whether ranks have different memory under one name. */
    public enum Sharing {
        /**
         * Each rank has its own. Where the number of ranks changes, what counts is the sum over them: another group may
         * begin with the sum on any of its ranks, and zero elsewhere.
         */
        RANK,
        /** All ranks have the same bits, and one of them saves it. */
        COMMON
    }
}

package dev.gatun.onednn.plan;

import dev.gatun.backend.HostBinding;
import dev.gatun.backend.Kernel;
import dev.gatun.onednn.primitive.Kernels;
import dev.gatun.shape.Stored;
import java.lang.foreign.MemorySegment;

/**
 * Sees to it that a NaN is not lost in a primitive whose maximum drops it: in max pooling, and in the ReLU of a batch
 * normalisation. What the primitive reads and computes is looked at; where that makes a NaN, which is hardly ever, the
 * elements of the result that it makes NaN are found and set, and no others.
 */
public sealed interface NanWatch permits PooledNan, NormalizedNan {
    /**
     * The primitive, and the look at what it reads and writes. Both may lie in the same memory.
     *
     * @param word memory of a long, for the watch alone
     */
    Kernel watched(Kernel primitive, PrimitivePlan plan, HostBinding binding, MemorySegment word);

    /** The memory of a tensor, without what may lie behind it. */
    static MemorySegment exactly(MemorySegment memory, Stored stored) {
        return memory.asSlice(0, stored.bytes());
    }

    /** The first element of f32 that is infinite or NaN, or -1. */
    static long firstNonFinite(MemorySegment memory, MemorySegment word) {
        return Kernels.findNonFinite(memory.byteSize() / Float.BYTES, memory, word);
    }
}

package dev.gatun.dist.codec;

import dev.gatun.dist.codec.CodecState.Sharing;
import dev.gatun.memory.HostBuffer;
import java.lang.foreign.MemorySegment;

/** What a rank could not send of its gradients, one number for each of the slab. */
final class ErrorMemory {
    private final HostBuffer errors;

    ErrorMemory(long slabBytes, CodecMemory memory) {
        errors = memory.state("errors of compressed gradients", slabBytes);
    }

    CodecState state() {
        return new CodecState("error", errors, Sharing.RANK);
    }

    MemorySegment segment() {
        return errors.segment();
    }

    /** Adds the errors to the gradients, and keeps them until the reduction has succeeded. */
    void addTo(MemorySegment gradients, long at, int elements) {
        Floats.add(gradients, at, errors.segment(), at, elements);
    }

    void scale(float factor) {
        MemorySegment segment = errors.segment();
        for (long at = 0; at < segment.byteSize(); at += Float.BYTES) {
            Floats.set(segment, at, Floats.get(segment, at) * factor);
        }
    }
}

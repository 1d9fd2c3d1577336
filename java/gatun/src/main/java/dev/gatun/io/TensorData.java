package dev.gatun.io;

import dev.gatun.io.file.IOConsumer;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** The elements of a tensor to be written to a file. */
@FunctionalInterface
public interface TensorData {

    /**
     * Passes all elements to {@code sink} in row-major order, little-endian, in pieces of any size. A piece need not
     * outlive the call that receives it, so that large tensors can be staged in a small buffer.
     *
     * @throws IOException when {@code sink} does
     */
    void writeTo(IOConsumer<MemorySegment> sink) throws IOException;

    /** Returns the data of elements that are already in row-major order, little-endian. */
    static TensorData of(MemorySegment rowMajor) {
        return sink -> sink.accept(rowMajor);
    }
}

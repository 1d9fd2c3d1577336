package dev.gatun.io;

import dev.gatun.io.file.IOConsumer;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** The elements of a tensor on their way to a file. */
@FunctionalInterface
public interface TensorData {

    /**
     * Gives all elements in row-major order, little-endian, in pieces of any size. A piece need not outlive the call
     * that takes it, so that large tensors can go through one small buffer.
     *
     * @throws IOException when {@code sink} does
     */
    void writeTo(IOConsumer<MemorySegment> sink) throws IOException;

    /** Elements that lie in memory as the file wants them. */
    static TensorData of(MemorySegment rowMajor) {
        return sink -> sink.accept(rowMajor);
    }
}

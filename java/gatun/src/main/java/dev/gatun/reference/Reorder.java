package dev.gatun.reference;

import dev.gatun.shape.Layout;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.lang.foreign.MemorySegment;

/** Copies a tensor between any two orders, element by element; the padding of the target becomes zero. */
record Reorder(TensorType type, Layout from, Layout to) {
    Reorder {
        if (from.rank() != type.shape().rank() || to.rank() != type.shape().rank()) {
            throw new IllegalArgumentException(
                    "reorder: layouts " + from + " and " + to + " do not fit a tensor " + type);
        }
    }

    void run(MemorySegment source, MemorySegment target) {
        int width = type.dtype().bytes();
        need("source", source, from.physicalElements() * width);
        need("target", target, to.physicalElements() * width);
        target.asSlice(0, to.physicalElements() * width).fill((byte) 0);
        Shape shape = type.shape();
        long[] index = new long[shape.rank()];
        for (long i = 0; i < shape.elements(); i++) {
            MemorySegment.copy(source, from.offset(index) * width, target, to.offset(index) * width, width);
            advance(index, shape);
        }
    }

    private void need(String what, MemorySegment segment, long bytes) {
        if (segment.byteSize() < bytes) {
            throw new IllegalArgumentException("reorder of " + type + " from " + from + " to " + to + ": the " + what
                    + " needs " + bytes + " bytes, got " + segment.byteSize());
        }
    }

    /** The next index in row-major order. */
    private static void advance(long[] index, Shape shape) {
        for (int i = index.length - 1; i >= 0; i--) {
            index[i]++;
            if (index[i] < shape.extent(i)) {
                return;
            }
            index[i] = 0;
        }
    }
}

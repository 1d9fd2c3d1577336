package dev.gatun.reference;

import dev.gatun.shape.Layout;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.lang.foreign.MemorySegment;

/** Copies a tensor between any two layouts, element by element; the padding of the target becomes zero. */
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
        Shape padded = Shape.of(to.paddedExtents()); // between the elements of a strided tensor lie those of others
        Shape shape = type.shape();
        long[] index = new long[shape.rank()];
        for (long i = 0; i < padded.elements(); i++) {
            long at = to.offset(index) * width;
            if (isInside(index, shape)) {
                MemorySegment.copy(source, from.offset(index) * width, target, at, width);
            } else {
                target.asSlice(at, width).fill((byte) 0);
            }
            advance(index, padded);
        }
    }

    private static boolean isInside(long[] index, Shape shape) {
        for (int i = 0; i < index.length; i++) {
            if (index[i] >= shape.extent(i)) {
                return false;
            }
        }
        return true;
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

package dev.gatun.reference.kernel;

import dev.gatun.shape.Shape;

/**
 * The lines of a tensor along one of its dimensions.
 *
 * @param outer  elements before the dimension
 * @param extent of the dimension
 * @param inner  elements behind it, which lie between two of a line
 */
record Lines(long outer, long extent, long inner) {
    static Lines of(Shape shape, int axis) {
        long outer = 1;
        for (int i = 0; i < axis; i++) {
            outer *= shape.extent(i);
        }
        long inner = 1;
        for (int i = axis + 1; i < shape.rank(); i++) {
            inner *= shape.extent(i);
        }
        return new Lines(outer, shape.extent(axis), inner);
    }

    long count() {
        return outer * inner;
    }

    /** The row-major position of one element of one line. */
    long at(long line, long position) {
        return (line / inner * extent + position) * inner + line % inner;
    }
}

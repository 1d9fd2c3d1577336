package dev.gatun.data;

import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;

/**
 * A named tensor of an example.
 *
 * @param name name under which a task reads it
 * @param type element type and shape of one example; a batch has one dimension more, the first
 */
public record Field(String name, TensorType type) {
    /** Returns the type of {@code size} examples together. */
    public TensorType batch(int size) {
        long[] extents = new long[type.shape().rank() + 1];
        extents[0] = size;
        for (int i = 1; i < extents.length; i++) {
            extents[i] = type.shape().extent(i - 1);
        }
        return type.withShape(Shape.of(extents));
    }

    @Override
    public String toString() {
        return name + " " + type;
    }
}

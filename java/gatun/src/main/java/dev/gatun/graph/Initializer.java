package dev.gatun.graph;

import dev.gatun.shape.Shape;
import java.util.random.RandomGenerator;

/** How a parameter or buffer begins. */
@FunctionalInterface
public interface Initializer {
    /**
     * Fills {@code values}, the row-major elements of a tensor of the given shape.
     *
     * @param random the only source of chance: the same generator state gives the same values
     */
    void fill(float[] values, Shape shape, RandomGenerator random);
}

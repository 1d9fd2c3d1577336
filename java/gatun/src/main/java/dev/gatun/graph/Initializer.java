package dev.gatun.graph;

import dev.gatun.shape.Shape;
import java.util.random.RandomGenerator;

/** Computes the initial values of a parameter or buffer. */
@FunctionalInterface
public interface Initializer {
    /**
     * Fills {@code values}, the row-major elements of a tensor of the given shape.
     *
     * @param random the only source of randomness: equal generator states give equal values
     */
    void fill(float[] values, Shape shape, RandomGenerator random);
}

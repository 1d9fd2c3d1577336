package dev.gatun.shape;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * The logical extents of a tensor, outermost first: {@code (N, C, H, W)} for images, whatever their layout.
 * A scalar has no extents and one element. Immutable.
 */
public final class Shape {
    private static final Shape SCALAR = new Shape(new long[0]);

    private final long[] extents;
    private final long elements;

    private Shape(long[] extents) {
        this.extents = extents;
        long product = 1;
        for (long extent : extents) {
            if (extent < 0) {
                throw new IllegalArgumentException("negative extent in shape " + Arrays.toString(extents));
            }
            product = times(product, extent, extents);
        }
        this.elements = product;
    }

    private static long times(long product, long extent, long[] extents) {
        try {
            return Math.multiplyExact(product, extent);
        } catch (ArithmeticException e) { // its own message is lost where the JVM has compiled the method
            throw new ArithmeticException("the number of elements of shape " + Arrays.toString(extents)
                    + " overflows 64 bits");
        }
    }

    /**
     * Returns a shape of the given extents; a scalar for none.
     *
     * @throws IllegalArgumentException when an extent is negative
     * @throws ArithmeticException      when it has more than 2^63 - 1 elements
     */
    public static Shape of(long... extents) {
        return extents.length == 0 ? SCALAR : new Shape(extents.clone());
    }

    /** Returns a shape of the given rank with all extents 1. */
    public static Shape ones(int rank) {
        long[] extents = new long[rank];
        Arrays.fill(extents, 1);
        return of(extents);
    }

    /** Returns the number of dimensions. */
    public int rank() {
        return extents.length;
    }

    /** Returns the extent of one dimension; negative indices count from the last ({@code -1}). */
    public long extent(int dimension) {
        int index = dimension < 0 ? dimension + extents.length : dimension;
        if (index < 0 || index >= extents.length) {
            throw new IndexOutOfBoundsException("dimension " + dimension + " of shape " + this);
        }
        return extents[index];
    }

    /** Returns all extents, in a new array. */
    public long[] extents() {
        return extents.clone();
    }

    /** Returns the number of elements: the product of the extents. */
    public long elements() {
        return elements;
    }

    /** Returns this shape with one extent replaced. */
    public Shape with(int dimension, long extent) {
        long[] changed = extents.clone();
        changed[dimension] = extent;
        return new Shape(changed);
    }

    /** Returns the strides of this shape in row-major layout, in elements. */
    public long[] rowMajorStrides() {
        long[] strides = new long[extents.length];
        long stride = 1;
        for (int i = extents.length - 1; i >= 0; i--) {
            strides[i] = stride;
            stride *= Math.max(1, extents[i]);
        }
        return strides;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Shape shape && Arrays.equals(extents, shape.extents);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(extents);
    }

    @Override
    public String toString() {
        return Arrays.stream(extents).mapToObj(Long::toString).collect(Collectors.joining("x", "(", ")"));
    }
}

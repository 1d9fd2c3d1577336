package dev.gatun.shape;

/** The element type and the logical shape of a tensor, without its {@link Layout} in memory. */
public record TensorType(DType dtype, Shape shape) {

    /** Returns an {@link DType#F32} tensor of the given extents. */
    public static TensorType f32(long... extents) {
        return new TensorType(DType.F32, Shape.of(extents));
    }

    /** Returns an {@link DType#I32} tensor of the given extents. */
    public static TensorType i32(long... extents) {
        return new TensorType(DType.I32, Shape.of(extents));
    }

    /** Returns the bytes of the elements, without padding. */
    public long bytes() {
        return bytes(shape.elements());
    }

    /**
     * Bytes of so many elements of this type.
     *
     * @throws ArithmeticException when they are more than 2^63 - 1
     */
    long bytes(long elements) {
        try {
            return Math.multiplyExact(elements, dtype.bytes());
        } catch (ArithmeticException e) { // its own message is lost where the JVM has compiled the method
            throw new ArithmeticException("the size of " + this + " in bytes overflows 64 bits");
        }
    }

    /** Returns a type with the same shape and another element type. */
    public TensorType withDtype(DType newDtype) {
        return new TensorType(newDtype, shape);
    }

    /** Returns a type with the same shape, and the element type in which sums are accumulated. */
    public TensorType accumulated() {
        return withDtype(dtype.accumulator());
    }

    /** Returns a type with the same element type and another shape. */
    public TensorType withShape(Shape newShape) {
        return new TensorType(dtype, newShape);
    }

    @Override
    public String toString() {
        return dtype.name().toLowerCase(java.util.Locale.ROOT) + shape;
    }
}

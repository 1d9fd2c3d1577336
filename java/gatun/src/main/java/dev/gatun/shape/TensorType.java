package dev.gatun.shape;

/** What a graph knows of a value: its element type and its logical shape; never its order in memory. */
public record TensorType(DType dtype, Shape shape) {

    /** An {@link DType#F32} tensor of the given extents. */
    public static TensorType f32(long... extents) {
        return new TensorType(DType.F32, Shape.of(extents));
    }

    /** An {@link DType#I32} tensor of the given extents. */
    public static TensorType i32(long... extents) {
        return new TensorType(DType.I32, Shape.of(extents));
    }

    /** Bytes of the elements alone, without the padding a layout may add. */
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

    /** The same shape with another element type. */
    public TensorType withDtype(DType newDtype) {
        return new TensorType(newDtype, shape);
    }

    /** The same shape in the type in which sums over these elements are kept. */
    public TensorType accumulated() {
        return withDtype(dtype.accumulator());
    }

    /** The same type with another shape. */
    public TensorType withShape(Shape newShape) {
        return new TensorType(dtype, newShape);
    }

    @Override
    public String toString() {
        return dtype.name().toLowerCase(java.util.Locale.ROOT) + shape;
    }
}

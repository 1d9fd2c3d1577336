package dev.gatun.op;

import dev.gatun.options.WithMethods;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.util.Arrays;
import java.util.List;

/**
 * The product of matrices, {@code (..., M, K) * (..., K, N) -> (..., M, N)}; the leading dimensions broadcast as in
 * {@link Binary}.
 *
 * @param a      how the left matrices are given: as they are, or {@code (..., K, M)}
 * @param b      how the right matrices are given: as they are, or {@code (..., N, K)}
 * @param result in which type the product is given
 */
@WithMethods
public record MatMul(Given a, Given b, Result result) implements Op, MatMulBuilder.With {
    /** How a matrix is given. */
    public enum Given {
        PLAIN,
        TRANSPOSED;

        /** The other way. */
        public Given other() {
            return switch (this) {
                case PLAIN -> TRANSPOSED;
                case TRANSPOSED -> PLAIN;
            };
        }
    }

    /** The type of a product. */
    public enum Result {
        /** That of the operands. */
        AS_OPERANDS,
        /** That in which the products are summed: f32 for 16-bit operands. */
        ACCUMULATED
    }

    /** A product in the type of the operands. */
    public MatMul(Given a, Given b) {
        this(a, b, Result.AS_OPERANDS);
    }

    /** Both as they are. */
    public static MatMul plain() {
        return new MatMul(Given.PLAIN, Given.PLAIN);
    }

    @Override
    public String name() {
        return "matmul";
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
        Shapes.arity(this, inputs, 2, 2);
        Shapes.floating(this, inputs);
        Shapes.sameDtype(this, inputs);
        Shape left = inputs.get(0).shape();
        Shape right = inputs.get(1).shape();
        if (left.rank() < 2 || right.rank() < 2 || columns(left, a) != rows(right, b)) {
            throw new IllegalArgumentException("matmul: " + left + describe(a) + " and " + right + describe(b)
                    + " have no product: at least 2 dimensions and equal inner extents wanted");
        }
        long[] batch = Shapes.broadcast(this, batch(left), batch(right)).extents();
        long[] extents = Arrays.copyOf(batch, batch.length + 2);
        extents[batch.length] = rows(left, a);
        extents[batch.length + 1] = columns(right, b);
        TensorType product = inputs.getFirst().withShape(Shape.of(extents));
        return List.of(switch (result) {
            case AS_OPERANDS -> product;
            case ACCUMULATED -> product.accumulated();
        });
    }

    private static String describe(Given given) {
        return switch (given) {
            case PLAIN -> "";
            case TRANSPOSED -> " transposed";
        };
    }

    /** Rows of the matrices that a tensor gives. */
    public static long rows(Shape shape, Given given) {
        return shape.extent(given == Given.PLAIN ? -2 : -1);
    }

    /** Columns of the matrices that a tensor gives. */
    public static long columns(Shape shape, Given given) {
        return shape.extent(given == Given.PLAIN ? -1 : -2);
    }

    /** The leading dimensions. */
    public static Shape batch(Shape shape) {
        return Shape.of(Arrays.copyOf(shape.extents(), shape.rank() - 2));
    }

    @Override
    public long flops(List<TensorType> inputs) {
        return 2 * infer(inputs).getFirst().shape().elements() * columns(inputs.getFirst().shape(), a);
    }
}

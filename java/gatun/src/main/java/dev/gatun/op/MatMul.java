package dev.gatun.op;

import dev.gatun.options.WithMethods;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.util.Arrays;
import java.util.List;

/**
 * Matrix multiplication, {@code (..., M, K) * (..., K, N) -> (..., M, N)}; the leading dimensions broadcast as in
 * {@link Binary}.
 *
 * @param a      form of the left operand: as it is, or transposed, {@code (..., K, M)}
 * @param b      form of the right operand: as it is, or transposed, {@code (..., N, K)}
 * @param result type of the result
 */
@WithMethods
public record MatMul(Given a, Given b, Result result) implements Op, MatMulBuilder.With {
    /** Whether an operand is transposed. */
    public enum Given {
        PLAIN,
        TRANSPOSED;

        /** Returns the other value. */
        public Given other() {
            return switch (this) {
                case PLAIN -> TRANSPOSED;
                case TRANSPOSED -> PLAIN;
            };
        }
    }

    /** The type of the result. */
    public enum Result {
        /** The type of the operands. */
        AS_OPERANDS,
        /** The type of the accumulator: f32 for 16-bit operands. */
        ACCUMULATED
    }

    /** Creates a multiplication whose result has the type of the operands. */
    public MatMul(Given a, Given b) {
        this(a, b, Result.AS_OPERANDS);
    }

    /** Returns a multiplication without transposition. */
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

    /** Returns the number of rows of an operand. */
    public static long rows(Shape shape, Given given) {
        return shape.extent(given == Given.PLAIN ? -2 : -1);
    }

    /** Returns the number of columns of an operand. */
    public static long columns(Shape shape, Given given) {
        return shape.extent(given == Given.PLAIN ? -1 : -2);
    }

    /** Returns the leading dimensions. */
    public static Shape batch(Shape shape) {
        return Shape.of(Arrays.copyOf(shape.extents(), shape.rank() - 2));
    }

    @Override
    public long flops(List<TensorType> inputs) {
        return 2 * infer(inputs).getFirst().shape().elements() * columns(inputs.getFirst().shape(), a);
    }
}

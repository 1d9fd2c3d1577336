package dev.gatun.nn.loss;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.nn.Formula;
import dev.gatun.op.function.UnaryFunction;
import dev.gatun.options.WithMethods;

/**
 * With the cosine {@code c} of each pair of vectors: {@code 1 - c} where the target is 1, {@code max(0, c - margin)}
 * where it is -1. As in PyTorch, {@code c} is the product by the root of the squared lengths, each plus 1e-12: a vector
 * of zeros is at right angles to all others.
 *
 * @param margin    from -1 to 1: the cosine up to which what is unlike costs nothing; the slope at it is 0
 * @param reduction of the pairs
 */
@WithMethods
public record CosineEmbedding(double margin, LossReduction reduction) implements Loss, CosineEmbeddingBuilder.With {
    private static final double EPSILON = 1e-12f; // which PyTorch has in f32 only

    public CosineEmbedding {
        if (!(margin >= -1 && margin <= 1)) {
            throw new IllegalArgumentException("cosine_embedding: margin must lie in [-1, 1], got " + margin);
        }
    }

    /** Margin 0, and the mean. */
    public CosineEmbedding() {
        this(0, LossReduction.MEAN);
    }

    /**
     * Of pairs.
     *
     * @param a       {@code (N, features)}
     * @param b       {@code (N, features)}
     * @param targets {@code (N)}, of 1 and -1
     */
    public Value apply(GraphBuilder graph, String name, Value a, Value b, Value targets) {
        Checks.equal(name, "the vectors", a, "the others", b);
        Formula f = new Formula(graph, name);
        Value product = f.over(-1).sum(f.multiply(a, b));
        if (!product.type().equals(targets.type())) {
            throw new IllegalArgumentException(name + ": a target for each pair wanted, " + product.type() + ", got "
                    + targets.type());
        }
        Value lengths = f.unary(UnaryFunction.SQRT, f.multiply(squaredLength(f, a), squaredLength(f, b)));
        Value cosine = f.divide(product, lengths);
        return reduction.of(f, Pairs.choose(f, targets, f.affine(-1, cosine, 1),
                f.positivePart(f.affine(1, cosine, -margin))));
    }

    private static Value squaredLength(Formula f, Value x) {
        return f.affine(1, f.over(-1).sum(f.unary(UnaryFunction.SQUARE, x)), EPSILON);
    }
}

package dev.gatun.nn.loss;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.nn.Formula;
import dev.gatun.op.function.UnaryFunction;
import dev.gatun.options.WithMethods;

/**
 * The cosine embedding loss: with the cosine {@code c} of each pair of vectors, {@code 1 - c} where the target is 1,
 * {@code max(0, c - margin)} where it is -1. As in PyTorch, {@code c} is the dot product divided by the root of the
 * product of the squared norms, each plus 1e-12, so that the cosine with a zero vector is 0.
 *
 * @param margin    from -1 to 1: cosine of an unlike pair up to which the loss is 0; the slope at it is 0
 * @param reduction reduction over the pairs
 */
@WithMethods
public record CosineEmbedding(double margin, LossReduction reduction) implements Loss, CosineEmbeddingBuilder.With {
    private static final double EPSILON = 1e-12f; // which PyTorch has in f32 only

    public CosineEmbedding {
        if (!(margin >= -1 && margin <= 1)) {
            throw new IllegalArgumentException("cosine_embedding: margin must lie in [-1, 1], got " + margin);
        }
    }

    /** Creates the loss with margin 0, reduced to the mean. */
    public CosineEmbedding() {
        this(0, LossReduction.MEAN);
    }

    /**
     * Adds the loss of pairs of vectors.
     *
     * @param a       {@code (N, features)}
     * @param b       {@code (N, features)}
     * @param targets {@code (N)}, each 1 or -1
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

package dev.gatun.nn;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.op.Fill;
import dev.gatun.op.ScaledDotProductAttention;
import dev.gatun.op.ScaledDotProductAttention.Masking;
import dev.gatun.shape.Shape;
import org.jspecify.annotations.Nullable;

/**
 * Scaled dot-product attention (Vaswani et al., 2017), as one operation:
 * {@code dropout(softmax(query * key^T / sqrt(width) + mask)) * value} of {@code query (..., queries, width)},
 * {@code key (..., keys, width)} and {@code value (..., keys, outputs)}.
 */
public final class Attention {
    private Attention() {}

    /**
     * Without dropout.
     *
     * @param mask what is added to the scores, minus infinity where nothing is looked at, of a shape that broadcasts
     *             to {@code (..., queries, keys)}; null for none
     */
    public static Value scaledDotProduct(
            GraphBuilder graph, String name, Value query, Value key, Value value, @Nullable Value mask) {
        return scaledDotProduct(graph, name, query, key, value, mask, 0);
    }

    /**
     * With dropout.
     *
     * @param dropout the probability with which a weight is zeroed
     */
    public static Value scaledDotProduct(GraphBuilder graph, String name, Value query, Value key, Value value,
            @Nullable Value mask, double dropout) {
        return mask == null ? graph.apply(name, operation(name, query, Masking.NONE, dropout), query, key, value)
                : graph.apply(name, operation(name, query, Masking.ADDED, dropout), query, key, value, mask);
    }

    /** Where query {@code i} sees keys 0 to {@code i}: no mask lies in memory. */
    public static Value causal(
            GraphBuilder graph, String name, Value query, Value key, Value value, double dropout) {
        return graph.apply(name, operation(name, query, Masking.CAUSAL, dropout), query, key, value);
    }

    private static ScaledDotProductAttention operation(String name, Value query, Masking masking, double dropout) {
        Shape shape = query.type().shape();
        double width = shape.rank() == 0 ? 1 : Math.max(1, shape.extent(-1));
        return new ScaledDotProductAttention(1 / Math.sqrt(width), masking, dropout, name.hashCode());
    }

    /** A mask to be added: 0 where a given one is not 0, and minus infinity where it is. */
    public static Value visible(GraphBuilder graph, String name, Value seen) {
        return TensorFunctions.where(graph, name, seen,
                graph.apply(name + ".seen", new Fill(seen.type().withShape(Shape.of()), 0)),
                graph.apply(name + ".unseen", new Fill(seen.type().withShape(Shape.of()), Double.NEGATIVE_INFINITY)));
    }
}

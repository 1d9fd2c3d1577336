package dev.gatun.nn;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.op.MatMul;
import org.jspecify.annotations.Nullable;

/** Scaled dot-product attention (Vaswani et al., 2017), as an expression of operations. */
public final class Attention {
    private Attention() {}

    /**
     * Returns {@code softmax(query * key^T / sqrt(width) + mask) * value}.
     *
     * @param query {@code (..., queries, width)}
     * @param key   {@code (..., keys, width)}
     * @param value {@code (..., keys, outputs)}
     * @param mask  term added to the scores, minus infinity for keys to be ignored, of a shape that broadcasts to
     *              {@code (..., queries, keys)}; null for none
     */
    public static Value scaledDotProduct(
            GraphBuilder graph, String name, Value query, Value key, Value value, @Nullable Value mask) {
        double width = query.type().shape().extent(-1);
        Value products = graph.apply(name + ".products",
                new MatMul(MatMul.Given.PLAIN, MatMul.Given.TRANSPOSED), query, key);
        Value scores = Functions.affine(graph, name + ".scores", 1 / Math.sqrt(width), products, 0);
        Value masked = mask == null ? scores : Functions.add(graph, name + ".masked", scores, mask);
        return graph.apply(name, MatMul.plain(), TensorFunctions.softmax(graph, name + ".weights", masked, -1), value);
    }
}

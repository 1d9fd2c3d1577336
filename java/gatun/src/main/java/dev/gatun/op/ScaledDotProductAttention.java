package dev.gatun.op;

import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.util.Arrays;
import java.util.List;

/**
 * Scaled dot-product attention (Vaswani et al., 2017):
 * {@code dropout(softmax(scale * query * key^T + mask)) * value}, in which nobody keeps the scores. Inputs:
 * {@code query (..., queries, width)}, {@code key (..., keys, width)}, {@code value (..., keys, outputs)} of equal
 * leading dimensions and, where one is added, a mask of a shape that broadcasts to {@code (..., queries, keys)}.
 * Outputs: {@code (..., queries, outputs)}, and of each query the logarithm of the sum of the exponentials of its
 * scores, {@code (..., queries)}, in f32 for operands of 16 bits: the gradient divides by that sum.
 *
 * @param scale   of the products
 * @param masking which keys a query sees
 * @param rate    the probability with which a weight is zeroed; what stays is scaled by {@code 1 / (1 - rate)}
 * @param stream  tells the dropouts of one model apart: the weights are dropped as a {@link Dropout} would drop them
 */
public record ScaledDotProductAttention(double scale, Masking masking, double rate, int stream) implements Op {
    /** Which keys a query sees. */
    public enum Masking {
        /** All of them. */
        NONE,
        /** Those that do not come after it: query {@code i} sees keys 0 to {@code i}. */
        CAUSAL,
        /** A mask is added to the scores, minus infinity where nothing is seen. */
        ADDED
    }

    public ScaledDotProductAttention {
        if (!(rate >= 0 && rate < 1) || !Double.isFinite(scale)) {
            throw new IllegalArgumentException("attention: a finite scale and a dropout in [0, 1) wanted, got " + scale
                    + " and " + rate);
        }
    }

    /** The same without dropout, as in inference. */
    public ScaledDotProductAttention withoutDropout() {
        return new ScaledDotProductAttention(scale, masking, 0, stream);
    }

    @Override
    public String name() {
        return "attention";
    }

    /** How many inputs there are. */
    int arity() {
        return switch (masking) {
            case NONE, CAUSAL -> 3;
            case ADDED -> 4;
        };
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
        Shapes.arity(this, inputs, arity(), arity());
        Shapes.floating(this, inputs);
        Shapes.sameDtype(this, inputs);
        TensorType type = inputs.getFirst();
        Shape query = type.shape();
        Shape key = inputs.get(1).shape();
        Shape value = inputs.get(2).shape();
        boolean matrices = query.rank() >= 2 && key.rank() == query.rank() && value.rank() == query.rank()
                && query.elements() > 0 && key.elements() > 0 && value.elements() > 0;
        if (!matrices || !MatMul.batch(key).equals(MatMul.batch(query))
                || !MatMul.batch(value).equals(MatMul.batch(query)) || key.extent(-1) != query.extent(-1)
                || key.extent(-2) != value.extent(-2)) {
            throw new IllegalArgumentException("attention: query (..., queries, width), key (..., keys, width) and"
                    + " value (..., keys, outputs) of equal leading dimensions wanted, got " + query + ", " + key
                    + " and " + value);
        }
        if (masking == Masking.ADDED) {
            checkMask(inputs.get(3).shape(), scores(inputs));
        }
        Shape rows = query.with(query.rank() - 1, value.extent(-1));
        return List.of(type.withShape(rows), type.withShape(sums(query)).accumulated());
    }

    /** The shape that the scores would have. */
    public static Shape scores(List<TensorType> inputs) {
        Shape query = inputs.getFirst().shape();
        return query.with(query.rank() - 1, inputs.get(1).shape().extent(-2));
    }

    private void checkMask(Shape mask, Shape scores) {
        if (mask.rank() > scores.rank() || !Shapes.broadcast(this, mask, scores).equals(scores)) {
            throw new IllegalArgumentException("attention: a mask that broadcasts to the scores " + scores
                    + " wanted, got " + mask);
        }
    }

    private static Shape sums(Shape query) {
        return Shape.of(Arrays.copyOf(query.extents(), query.rank() - 1));
    }

    /** Of the two products. */
    @Override
    public long flops(List<TensorType> inputs) {
        return 2 * scores(inputs).elements() * (inputs.get(0).shape().extent(-1) + inputs.get(2).shape().extent(-1));
    }
}

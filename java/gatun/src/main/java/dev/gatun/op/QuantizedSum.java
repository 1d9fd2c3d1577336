package dev.gatun.op;

import dev.gatun.op.function.IntegerLayer;
import dev.gatun.shape.TensorType;
import java.util.List;

/**
 * Adds integers of 8 bits of one shape that stand for real numbers by scales of their own, and rounds the sum to
 * integers of another: {@code clamp(roundHalfEven(f(sum of scale * (q - zeroPoint)) / scale) + zeroPoint, low, high)}.
 * Of one term, it changes the scale. Inputs: for each term {@code q} (i8 or u8), its {@code scale ()} and, if it is
 * affine, its {@code zeroPoint ()}; then the {@code scale ()} and perhaps the {@code zeroPoint ()} of the result.
 *
 * @param terms  1 or 2, each symmetric or affine
 * @param relu   whether {@code f} is a ReLU; the identity otherwise
 * @param result the integers of the result
 */
public record QuantizedSum(List<IntegerLayer.Addend> terms, boolean relu, IntegerLayer.Result result)
        implements QuantizedOp {
    public QuantizedSum {
        terms = List.copyOf(terms);
        if (terms.isEmpty() || terms.size() > 2 || terms.contains(IntegerLayer.Addend.NONE)) {
            throw new IllegalArgumentException("quantized_sum: 1 or 2 terms wanted, symmetric or affine, got " + terms);
        }
    }

    /** Returns the number of inputs that a term has. */
    public static int inputs(IntegerLayer.Addend term) {
        return term == IntegerLayer.Addend.AFFINE ? 3 : 2;
    }

    /** Returns the index of the first input of the result: its scale. */
    public int firstOfResult() {
        return terms.stream().mapToInt(QuantizedSum::inputs).sum();
    }

    @Override
    public String name() {
        return "quantized_sum";
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
        int arity = firstOfResult() + (result.zeroPoint() ? 2 : 1);
        Shapes.arity(this, inputs, arity, arity);
        TensorType first = inputs.getFirst();
        int at = 0;
        for (IntegerLayer.Addend term : terms) {
            TensorType q = inputs.get(at);
            IntegerTypes.integers(this, "a term", q);
            Shapes.same(this, "a term", q, first.withDtype(q.dtype()));
            IntegerTypes.parameters(this, q.shape(), Quantize.PER_TENSOR, inputs.subList(at + 1, at + inputs(term)));
            at += inputs(term);
        }
        IntegerTypes.parameters(this, first.shape(), Quantize.PER_TENSOR, inputs.subList(at, arity));
        return List.of(first.withDtype(result.range().dtype()));
    }

    @Override
    public long flops(List<TensorType> inputs) {
        return 2L * terms.size() * inputs.getFirst().shape().elements();
    }
}

package dev.gatun.op;

import dev.gatun.op.function.IntegerRange;
import dev.gatun.shape.TensorType;
import java.util.List;

/**
 * Rounds real numbers to integers of 8 bits: {@code clamp(roundHalfEven(x / scale) + zeroPoint, low, high)}. Inputs
 * {@code x} in f32, {@code scale}, f32 of shape () or one for each index of {@code axis}, and, optionally,
 * {@code zeroPoint}, f32 that holds integers, of the scale's shape.
 *
 * @param range type and limits of the integers
 * @param axis  dimension along which the scale varies, or {@link #PER_TENSOR}
 */
public record Quantize(IntegerRange range, int axis) implements QuantizedOp {
    /** The axis of a scale of shape (). */
    public static final int PER_TENSOR = -1;

    public Quantize {
        IntegerTypes.checkAxis("quantize", axis);
    }

    @Override
    public String name() {
        return "quantize";
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
        Shapes.arity(this, inputs, 2, 3);
        TensorType x = inputs.getFirst();
        IntegerTypes.real(this, "x", x);
        IntegerTypes.parameters(this, x.shape(), axis, inputs.subList(1, inputs.size()));
        return List.of(x.withDtype(range.dtype()));
    }

    @Override
    public long flops(List<TensorType> inputs) {
        return inputs.getFirst().shape().elements();
    }
}

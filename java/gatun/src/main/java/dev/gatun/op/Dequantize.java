package dev.gatun.op;

import dev.gatun.shape.DType;
import dev.gatun.shape.TensorType;
import java.util.List;

/**
 * The real numbers that integers of 8 bits stand for: {@code scale * (q - zeroPoint)} in f32. Inputs {@code q}, i8 or
 * u8, {@code scale}, f32 of shape () or one for each index of {@code axis}, and, optionally, {@code zeroPoint}, f32
 * that holds integers, of the scale's shape.
 *
 * @param axis dimension along which the scale varies, or {@link Quantize#PER_TENSOR}
 */
public record Dequantize(int axis) implements QuantizedOp {
    public Dequantize {
        IntegerTypes.checkAxis("dequantize", axis);
    }

    @Override
    public String name() {
        return "dequantize";
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
        Shapes.arity(this, inputs, 2, 3);
        TensorType q = inputs.getFirst();
        IntegerTypes.integers(this, "q", q);
        IntegerTypes.parameters(this, q.shape(), axis, inputs.subList(1, inputs.size()));
        return List.of(q.withDtype(DType.F32));
    }

    @Override
    public long flops(List<TensorType> inputs) {
        return inputs.getFirst().shape().elements();
    }
}

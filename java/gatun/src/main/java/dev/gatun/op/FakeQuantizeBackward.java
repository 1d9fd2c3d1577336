package dev.gatun.op;

import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.util.List;

/**
 * The gradient of a {@link FakeQuantize}: {@code diff_dst, x, scale [, zero_point] -> diff_x [, diff_scale]}.
 *
 * <p>With {@code q = roundHalfEven(x / scale) + zeroPoint}, the gradient of {@code x} is passed straight through where
 * {@code low <= q <= high}, and 0 elsewhere (Bengio et al., 2013). That of the scale is, as in learned step size
 * quantization (Esser et al., 2020), the sum of {@code diff_dst} times
 * <ul>
 *   <li>{@code roundHalfEven(x / scale) - x / scale} within the range,
 *   <li>{@code low - zeroPoint} below, {@code high - zeroPoint} above it,
 * </ul>
 * multiplied by {@code 1 / sqrt(n * high)}, where {@code n} elements share the scale. What rounds into the range counts
 * as within, as PyTorch has it. The zero point is a constant.
 *
 * @param gradients which gradients are computed
 */
public record FakeQuantizeBackward(FakeQuantize forward, Gradients gradients) implements Op {
    /** Which gradients are computed. */
    public enum Gradients {
        INPUT,
        INPUT_AND_SCALE
    }

    /** Returns by what the gradient of each scale is multiplied. */
    public double scaleFactor(Shape x) {
        long shared = x.elements() / Math.max(1, forward.scaleShape(x).elements());
        return 1 / Math.sqrt(Math.max(1, shared) * (double) forward.high());
    }

    @Override
    public String name() {
        return "fake_quantize_backward";
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
        Shapes.arity(this, inputs, 3, 4);
        TensorType x = inputs.get(1);
        Shapes.same(this, "diff_dst", inputs.getFirst(), x);
        forward.check(this, inputs, 1);
        return switch (gradients) {
            case INPUT -> List.of(x);
            case INPUT_AND_SCALE -> List.of(x, inputs.get(2));
        };
    }

    @Override
    public long flops(List<TensorType> inputs) {
        return 8 * inputs.getFirst().shape().elements();
    }
}

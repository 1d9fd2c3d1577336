package dev.gatun.op;

import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.util.List;

/**
 * Rounds to the numbers that an integer of few bits can hold, in floating point (Jacob et al., 2018):
 * {@code y = scale * (clamp(roundHalfEven(x / scale) + zeroPoint, low, high) - zeroPoint)}.
 *
 * <p>Inputs: {@code x}; {@code scale}, positive, of shape {@code ()} for one of the whole tensor or {@code (C)} for
 * one of each place along an axis of {@code x}; and, where it has one, {@code zero_point}, integers within
 * {@code low .. high} of the scale's shape and type, which is 0 where it is left out. For {@code x} of 16 bits, all
 * but {@code x} and {@code y} is in f32. A NaN stays one. Output: {@code y}, of the type of {@code x}.
 *
 * @param low  the least integer, at most 0
 * @param high the greatest integer, above 0
 * @param axis the dimension of {@code x} along which the scales lie, or {@link #PER_TENSOR}
 */
public record FakeQuantize(int low, int high, int axis) implements Op {
    /** The axis of one scale for the whole tensor. */
    public static final int PER_TENSOR = -1;

    private static final int LARGEST = 1 << 16;

    public FakeQuantize {
        if (low > 0 || high <= 0 || low < -LARGEST || high > LARGEST) {
            throw new IllegalArgumentException("fake_quantize: integers from at most 0 to above 0 wanted, within "
                    + LARGEST + ", got " + low + " to " + high);
        }
        if (axis < PER_TENSOR) {
            throw new IllegalArgumentException("fake_quantize: an axis counted from 0 wanted, or PER_TENSOR ("
                    + PER_TENSOR + "), got " + axis);
        }
    }

    /** Returns whether each place along an axis has a scale of its own. */
    public boolean isPerChannel() {
        return axis != PER_TENSOR;
    }

    /** Returns the shape of the scales of an input. */
    public Shape scaleShape(Shape x) {
        return isPerChannel() ? Shape.of(x.extent(axis)) : Shape.of();
    }

    @Override
    public String name() {
        return "fake_quantize";
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
        Shapes.arity(this, inputs, 2, 3);
        check(this, inputs, 0);
        return List.of(inputs.getFirst());
    }

    /** Refuses an input and scales that do not fit, which begin at some place of an operation's inputs. */
    void check(Op op, List<TensorType> inputs, int first) {
        TensorType x = inputs.get(first);
        Shapes.floating(op, inputs.subList(first, inputs.size()));
        if (isPerChannel()) {
            Shapes.axis(op, axis, x.shape());
        }
        TensorType scale = x.withShape(scaleShape(x.shape())).accumulated();
        Shapes.same(op, "scale", inputs.get(first + 1), scale);
        if (inputs.size() > first + 2) {
            Shapes.same(op, "zero_point", inputs.get(first + 2), scale);
        }
    }

    @Override
    public long flops(List<TensorType> inputs) {
        return 5 * inputs.getFirst().shape().elements();
    }
}

package dev.gatun.op;

import dev.gatun.shape.DType;
import dev.gatun.shape.TensorType;
import java.util.List;

/**
 * Converts to another floating-point type, rounding to nearest, ties to even; values beyond its range become infinite.
 *
 * @param dtype type of the result
 */
public record Cast(DType dtype) implements Op {
    public Cast {
        if (!dtype.isFloating()) {
            throw new IllegalArgumentException("cast: to a floating-point type only, not to " + dtype.lowerCase());
        }
    }

    @Override
    public String name() {
        return "cast";
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
        Shapes.arity(this, inputs, 1, 1);
        Shapes.floating(this, inputs);
        return List.of(inputs.getFirst().withDtype(dtype));
    }

    @Override
    public long flops(List<TensorType> inputs) {
        return 0;
    }
}

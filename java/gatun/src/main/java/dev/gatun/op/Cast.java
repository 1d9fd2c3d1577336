package dev.gatun.op;

import dev.gatun.shape.DType;
import dev.gatun.shape.TensorType;
import java.util.List;

/**
 * The same numbers in another floating-point type: rounded to the nearest, ties to even, where that has fewer digits;
 * what is too large for it becomes infinite.
 *
 * @param dtype the type of the result
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

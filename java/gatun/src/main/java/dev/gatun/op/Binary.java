package dev.gatun.op;

import dev.gatun.op.function.BinaryFunction;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.util.List;

/**
 * {@code y = f(a, b)} for each pair of elements. Shapes broadcast as in NumPy: counted from the last dimension,
 * extents are equal or one of them is 1 and is repeated; missing leading dimensions count as 1.
 */
public record Binary(BinaryFunction function) implements Op {
    @Override
    public String name() {
        return function.lowerCase();
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
        Shapes.arity(this, inputs, 2, 2);
        Shapes.floating(this, inputs);
        Shapes.sameDtype(this, inputs);
        Shape shape = Shapes.broadcast(this, inputs.get(0).shape(), inputs.get(1).shape());
        return List.of(inputs.getFirst().withShape(shape));
    }

    @Override
    public long flops(List<TensorType> inputs) {
        return infer(inputs).getFirst().shape().elements();
    }

    @Override
    public boolean keepsZero() {
        return function.value(0, 0) == 0;
    }

    @Override
    public int inPlaceInput() {
        return 0;
    }
}

package dev.gatun.op;

import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.util.List;

/** The same elements, in row-major order of the logical indices, under another shape. */
public record Reshape(Shape shape) implements GradientOp {
    @Override
    public String name() {
        return "reshape";
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
        Shapes.arity(this, inputs, 1, 1);
        if (inputs.getFirst().shape().elements() != shape.elements()) {
            throw new IllegalArgumentException("reshape: " + inputs.getFirst().shape() + " does not fill " + shape);
        }
        return List.of(inputs.getFirst().withShape(shape));
    }

    @Override
    public long flops(List<TensorType> inputs) {
        return 0;
    }
}

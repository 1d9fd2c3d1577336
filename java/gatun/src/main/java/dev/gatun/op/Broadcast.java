package dev.gatun.op;

import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.util.List;

/** Broadcasts a tensor to a shape, by the rules of {@link Binary}. */
public record Broadcast(Shape shape) implements Op {
    @Override
    public String name() {
        return "broadcast";
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
        Shapes.arity(this, inputs, 1, 1);
        Shapes.floating(this, inputs);
        if (!Shapes.broadcast(this, inputs.getFirst().shape(), shape).equals(shape)) {
            throw new IllegalArgumentException(
                    "broadcast: " + inputs.getFirst().shape() + " does not repeat into " + shape);
        }
        return List.of(inputs.getFirst().withShape(shape));
    }

    @Override
    public long flops(List<TensorType> inputs) {
        return 0;
    }
}

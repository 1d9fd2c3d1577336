package dev.gatun.op;

import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.util.List;

/** The mean of each channel of each image: {@code (N, C, H, W) -> (N, C, 1, 1)}. */
public record GlobalAvgPool() implements ForwardOp {
    @Override
    public String name() {
        return "global_avg_pool";
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
        Shapes.arity(this, inputs, 1, 1);
        Shapes.floating(this, inputs);
        Shape image = Shapes.rank(this, "x", inputs.getFirst(), 4);
        return List.of(inputs.getFirst().withShape(Shape.of(image.extent(0), image.extent(1), 1, 1)));
    }

    @Override
    public long flops(List<TensorType> inputs) {
        return inputs.getFirst().shape().elements();
    }
}

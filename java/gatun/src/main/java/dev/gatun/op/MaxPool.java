package dev.gatun.op;

import dev.gatun.shape.DType;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.util.List;

/**
 * The largest value of each window of {@code x (N, C, H, W)}; padding never wins. Outputs: {@code y (N, C, H', W')} and
 * an opaque workspace that remembers the winners. The first of equal values wins.
 */
public record MaxPool(Window window) implements ForwardOp {
    @Override
    public String name() {
        return "max_pool";
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
        Shapes.arity(this, inputs, 1, 1);
        Shapes.floating(this, inputs);
        Shape pooled = pooled(this, inputs.getFirst(), window);
        return List.of(inputs.getFirst().withShape(pooled), new TensorType(DType.I32, pooled));
    }

    static Shape pooled(Op op, TensorType x, Window window) {
        Shape image = Shapes.rank(op, "x", x, 4);
        return Shape.of(image.extent(0), image.extent(1),
                Shapes.slide(op, "height", image.extent(2), window.height(), window.strideHeight(), window.paddingHeight(), 1),
                Shapes.slide(op, "width", image.extent(3), window.width(), window.strideWidth(), window.paddingWidth(), 1));
    }

    @Override
    public long flops(List<TensorType> inputs) {
        return infer(inputs).getFirst().shape().elements() * window.height() * window.width();
    }
}

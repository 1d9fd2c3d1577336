package dev.gatun.op;

import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.util.List;

/**
 * The gradients of a {@link Convolution} with respect to its weight and, with {@code bias}, its bias:
 * {@code src, diff_dst -> diff_weight [, diff_bias]}.
 */
public record ConvolutionBackwardWeights(Convolution forward, Shape weight, boolean bias) implements Op {
    @Override
    public String name() {
        return "convolution_backward_weights";
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
        Shapes.arity(this, inputs, 2, 2);
        TensorType diffWeight = inputs.getFirst().withShape(weight);
        Shapes.same(this, "diff_dst", inputs.get(1), forward.infer(List.of(inputs.getFirst(), diffWeight)).getFirst());
        return bias
                ? List.of(diffWeight, diffWeight.withShape(Shape.of(weight.extent(0))))
                : List.of(diffWeight);
    }

    @Override
    public long flops(List<TensorType> inputs) {
        return forward.flops(List.of(inputs.getFirst(), inputs.getFirst().withShape(weight)));
    }
}

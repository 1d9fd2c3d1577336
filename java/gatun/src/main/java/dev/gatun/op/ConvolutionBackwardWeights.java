package dev.gatun.op;

import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.util.List;

/**
 * The gradients of a {@link Convolution} with respect to its weight and, with {@code bias}, its bias:
 * {@code src, diff_dst -> diff_weight [, diff_bias]}. The gradients of 16-bit tensors are in f32.
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
        TensorType summed = diffWeight.accumulated();
        return bias ? List.of(summed, summed.withShape(Shape.of(weight.extent(0)))) : List.of(summed);
    }

    @Override
    public long flops(List<TensorType> inputs) {
        return forward.flops(List.of(inputs.getFirst(), inputs.getFirst().withShape(weight)));
    }
}

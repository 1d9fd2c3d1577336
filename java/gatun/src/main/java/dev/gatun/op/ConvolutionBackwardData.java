package dev.gatun.op;

import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.util.List;

/** The gradient of a {@link Convolution} with respect to its input: {@code diff_dst, weight -> diff_src}. */
public record ConvolutionBackwardData(Convolution forward, Shape source) implements Op {
    @Override
    public String name() {
        return "convolution_backward_data";
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
        Shapes.arity(this, inputs, 2, 2);
        Shapes.sameDtype(this, inputs);
        TensorType x = inputs.getFirst().withShape(source);
        Shapes.same(this, "diff_dst", inputs.get(0), forward.infer(List.of(x, inputs.get(1))).getFirst());
        return List.of(x);
    }

    @Override
    public long flops(List<TensorType> inputs) {
        return forward.flops(List.of(inputs.getFirst().withShape(source), inputs.get(1)));
    }
}

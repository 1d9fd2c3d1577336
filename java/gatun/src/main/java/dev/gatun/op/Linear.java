package dev.gatun.op;

import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.util.List;

/**
 * A fully connected layer: {@code y = x * weight^T + bias}. Inputs {@code x (N, features...)},
 * {@code weight (O, features...)} with the same trailing extents and, optionally, {@code bias (O)}; output
 * {@code (N, O)}. Trailing extents other than one dimension let a layer read images without flattening them first. The
 * bias of 16-bit tensors is in f32.
 */
public record Linear() implements Op {
    @Override
    public String name() {
        return "linear";
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
        Shapes.arity(this, inputs, 2, 3);
        Shapes.floating(this, inputs);
        Shapes.sameDtype(this, inputs.subList(0, 2));
        TensorType x = inputs.get(0);
        Shape weight = inputs.get(1).shape();
        if (x.shape().rank() < 2 || !x.shape().with(0, 1).equals(weight.rank() < 1 ? weight : weight.with(0, 1))) {
            throw new IllegalArgumentException("linear: weight " + weight + " does not fit x " + x.shape()
                    + ": all extents but the first must be equal");
        }
        long outputs = weight.extent(0);
        if (weight.elements() == 0) {
            throw new IllegalArgumentException("linear: weight " + weight + " has no elements: at least one feature and"
                    + " one output wanted");
        }
        if (inputs.size() == 3) {
            Shapes.same(this, "bias", inputs.get(2), x.withShape(Shape.of(outputs)).accumulated());
        }
        return List.of(x.withShape(Shape.of(x.shape().extent(0), outputs)));
    }

    @Override
    public long flops(List<TensorType> inputs) {
        return 2 * inputs.get(0).shape().extent(0) * inputs.get(1).shape().elements();
    }
}

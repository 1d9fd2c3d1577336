package dev.gatun.op;

import dev.gatun.op.function.IntegerLayer;
import dev.gatun.shape.TensorType;
import java.util.List;

/**
 * A fully connected layer on integers of 8 bits, with all that follows it up to the next layer's integers: see
 * {@link IntegerLayer} for inputs and formula. Source {@code (N, features...)}, weight {@code (O, features...)}.
 *
 * @param layer bias, addend, ReLU and result
 */
public record QuantizedLinear(IntegerLayer layer) implements QuantizedOp {
    @Override
    public String name() {
        return "quantized_linear";
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
        return IntegerTypes.layer(this, layer, new Linear(), inputs);
    }

    @Override
    public long flops(List<TensorType> inputs) {
        return IntegerTypes.flops(layer, new Linear(), inputs);
    }
}

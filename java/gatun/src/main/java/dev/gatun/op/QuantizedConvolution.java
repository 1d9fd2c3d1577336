package dev.gatun.op;

import dev.gatun.op.function.IntegerLayer;
import dev.gatun.shape.TensorType;
import java.util.List;

/**
 * A convolution of integers of 8 bits, with all that follows it up to the next layer's integers: see
 * {@link IntegerLayer} for inputs and formula. Source {@code (N, C, spatial...)}, weight
 * {@code (O, C/groups, window...)}; padding stands for the real number 0.
 *
 * @param convolution strides, dilations, paddings and groups
 * @param layer       bias, addend, ReLU and result
 */
public record QuantizedConvolution(Convolution convolution, IntegerLayer layer) implements QuantizedOp {
    @Override
    public String name() {
        return "quantized_convolution";
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
        return IntegerTypes.layer(this, layer, convolution, inputs);
    }

    @Override
    public long flops(List<TensorType> inputs) {
        return IntegerTypes.flops(layer, convolution, inputs);
    }
}

package dev.gatun.op;

import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.util.List;

/**
 * Two-dimensional cross-correlation, as the field calls convolution: inputs {@code x (N, C, H, W)},
 * {@code weight (O, C/groups, KH, KW)} and, optionally, {@code bias (O)}; output {@code (N, O, H', W')} with
 * {@code H' = (H + 2*padding - dilation*(KH - 1) - 1) / stride + 1}. The bias of 16-bit tensors is in f32.
 *
 * @param groups input and output channels are split into this many independent convolutions
 */
public record Convolution(
        long strideHeight, long strideWidth, long paddingHeight, long paddingWidth, long dilationHeight,
        long dilationWidth, long groups)
        implements Op {

    public Convolution {
        if (strideHeight < 1 || strideWidth < 1 || dilationHeight < 1 || dilationWidth < 1 || groups < 1
                || paddingHeight < 0 || paddingWidth < 0) {
            throw new IllegalArgumentException("convolution: stride, dilation and groups must be at least 1 and padding"
                    + " at least 0, got stride " + strideHeight + "x" + strideWidth + ", padding " + paddingHeight + "x"
                    + paddingWidth + ", dilation " + dilationHeight + "x" + dilationWidth + ", groups " + groups);
        }
    }

    /** A dense convolution with equal stride and padding in both directions. */
    public static Convolution square(long stride, long padding) {
        return new Convolution(stride, stride, padding, padding, 1, 1, 1);
    }

    @Override
    public String name() {
        return "convolution";
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
        Shapes.arity(this, inputs, 2, 3);
        Shapes.floating(this, inputs);
        Shapes.sameDtype(this, inputs.subList(0, 2));
        TensorType x = inputs.get(0);
        Shape image = Shapes.rank(this, "x", x, 4);
        Shape weight = Shapes.rank(this, "weight", inputs.get(1), 4);
        if (image.extent(1) != weight.extent(1) * groups || weight.extent(0) % groups != 0) {
            throw new IllegalArgumentException("convolution: weight " + weight + " in " + groups
                    + " groups does not fit the channels of x " + image);
        }
        if (inputs.size() == 3) {
            Shapes.same(this, "bias", inputs.get(2), x.withShape(Shape.of(weight.extent(0))).accumulated());
        }
        return List.of(x.withShape(Shape.of(
                image.extent(0),
                weight.extent(0),
                Shapes.slide(this, "height", image.extent(2), weight.extent(2), strideHeight, paddingHeight,
                dilationHeight),
                Shapes.slide(this, "width", image.extent(3), weight.extent(3), strideWidth, paddingWidth,
                dilationWidth))));
    }

    @Override
    public long flops(List<TensorType> inputs) {
        Shape weight = inputs.get(1).shape();
        return 2 * infer(inputs).getFirst().shape().elements() * weight.extent(1) * weight.extent(2) * weight.extent(3);
    }
}

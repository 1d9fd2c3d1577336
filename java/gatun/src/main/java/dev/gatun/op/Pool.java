package dev.gatun.op;

import dev.gatun.op.function.PoolKind;
import dev.gatun.shape.DType;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.util.List;

/**
 * One value for each window of {@code x (N, C, H, W)}. Outputs: {@code y (N, C, H', W')} and, for {@link PoolKind#MAX},
 * an opaque workspace that remembers the winners.
 */
public record Pool(PoolKind kind, Window window) implements Op {
    /** The mean of each channel of each image: {@code (N, C, H, W) -> (N, C, 1, 1)}, for images of the given shape. */
    public static Pool global(Shape images) {
        if (images.rank() != 4) {
            throw new IllegalArgumentException("average_pool: x must have 4 dimensions, got " + images);
        }
        return new Pool(PoolKind.AVERAGE,
                new Window(images.extent(2), images.extent(3), images.extent(2), images.extent(3), 0, 0));
    }

    @Override
    public String name() {
        return kind.lowerCase() + "_pool";
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
        Shapes.arity(this, inputs, 1, 1);
        Shapes.floating(this, inputs);
        TensorType x = inputs.getFirst();
        Shape image = Shapes.rank(this, "x", x, 4);
        Shape pooled = Shape.of(image.extent(0), image.extent(1),
                Shapes.slide(this, "height", image.extent(2), window.height(), window.strideHeight(),
                window.paddingHeight(), 1),
                Shapes.slide(this, "width", image.extent(3), window.width(), window.strideWidth(),
                window.paddingWidth(), 1));
        return switch (kind) {
            case MAX -> List.of(x.withShape(pooled), new TensorType(DType.I32, pooled));
            case AVERAGE -> List.of(x.withShape(pooled));
        };
    }

    @Override
    public boolean isWorkspace(int output) {
        return output == 1;
    }

    @Override
    public long flops(List<TensorType> inputs) {
        return infer(inputs).getFirst().shape().elements() * window.height() * window.width();
    }
}

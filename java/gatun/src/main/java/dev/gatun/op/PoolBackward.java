package dev.gatun.op;

import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.util.List;

/** The gradient of a {@link Pool}: {@code diff_dst [, workspace] -> diff_src}; max pooling has the workspace. */
public record PoolBackward(Pool forward, Shape source) implements Op {
    @Override
    public String name() {
        return forward.name() + "_backward";
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
        int arity = switch (forward.kind()) {
            case MAX -> 2;
            case AVERAGE, AVERAGE_WITHOUT_PADDING -> 1;
        };
        Shapes.arity(this, inputs, arity, arity);
        TensorType x = inputs.getFirst().withShape(source);
        Shapes.same(this, "diff_dst", inputs.getFirst(), forward.infer(List.of(x)).getFirst());
        return List.of(x);
    }

    @Override
    public boolean readsWorkspace() {
        return true;
    }

    @Override
    public long flops(List<TensorType> inputs) {
        return inputs.getFirst().shape().elements() * switch (forward.kind()) {
            case MAX -> 1;
            case AVERAGE, AVERAGE_WITHOUT_PADDING -> forward.window().elements();
        };
    }
}

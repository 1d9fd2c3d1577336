package dev.gatun.op;

import dev.gatun.shape.TensorType;
import java.util.List;

/** A tensor whose elements are all equal; the operation has no inputs. */
public record Fill(TensorType type, double value) implements Op {
    @Override
    public String name() {
        return "fill";
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
        Shapes.arity(this, inputs, 0, 0);
        Shapes.floating(this, List.of(type));
        return List.of(type);
    }

    @Override
    public long flops(List<TensorType> inputs) {
        return 0;
    }
}

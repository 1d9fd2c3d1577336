package dev.gatun.op;

import dev.gatun.shape.TensorType;
import java.util.ArrayList;
import java.util.List;

/**
 * The gradient of a {@link Recurrent}. Inputs: those of the operation, its outputs, and the gradients by its outputs
 * but the workspace. Outputs: the gradients by its inputs.
 */
public record RecurrentBackward(Recurrent forward) implements Op {
    @Override
    public String name() {
        return forward.name() + "_backward";
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
        int given = forward.arity();
        List<TensorType> arguments = inputs.subList(0, Math.min(given, inputs.size()));
        List<TensorType> results = new ArrayList<>(forward.infer(arguments));
        int arity = given + 2 * results.size() - 1;
        Shapes.arity(this, inputs, arity, arity);
        for (int i = 0; i < results.size() - 1; i++) {
            Shapes.same(this, "result " + i, inputs.get(given + i), results.get(i));
            Shapes.same(this, "diff_dst " + i, inputs.get(given + results.size() + i), results.get(i));
        }
        return arguments;
    }

    @Override
    public boolean readsWorkspace() {
        return true;
    }

    @Override
    public long flops(List<TensorType> inputs) {
        return 2 * forward.flops(inputs);
    }
}

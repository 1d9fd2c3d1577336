package dev.gatun.op;

import dev.gatun.shape.TensorType;
import java.util.List;

/**
 * Zeroes each element with probability {@code rate} and scales the others by {@code 1 / (1 - rate)} (Srivastava et al.,
 * 2014). The mask is a function of the run's seed, the step and {@code stream}, so it is not stored: the gradient is
 * the same operation on the gradient. Inference leaves it out.
 *
 * @param stream distinguishes the dropouts of a model
 */
public record Dropout(double rate, int stream) implements Op {
    public Dropout {
        if (!(rate >= 0 && rate < 1)) {
            throw new IllegalArgumentException("dropout: rate must lie in [0, 1), got " + rate);
        }
    }

    @Override
    public String name() {
        return "dropout";
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
        Shapes.arity(this, inputs, 1, 1);
        Shapes.floating(this, inputs);
        return List.of(inputs.getFirst());
    }

    @Override
    public long flops(List<TensorType> inputs) {
        return inputs.getFirst().shape().elements();
    }

    @Override
    public boolean keepsZero() {
        return true;
    }

    @Override
    public boolean trainingOnly() {
        return true;
    }

    @Override
    public int inPlaceInput() {
        return 0;
    }
}

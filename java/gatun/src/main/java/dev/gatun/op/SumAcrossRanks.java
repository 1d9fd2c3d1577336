package dev.gatun.op;

import dev.gatun.shape.TensorType;
import java.util.List;

/**
 * The sum of a tensor over the ranks that compute the same graph together, each on its share of a batch; over one rank,
 * the tensor itself. All ranks get the same bits.
 *
 * <p>The loss of all ranks, that which is differentiated, is the mean of theirs by their weights. Each rank computes
 * gradients of it over its own weight, as it does without this operation: with {@code g} on the other side of the sum,
 * that by the operand is {@code sum(weight * g) / weight}.
 *
 * <p>Backends compute the sum over one rank; over more of them the engine computes it, in f32, with the ranks that a
 * program was compiled for.
 *
 * @param weight of this rank's loss: where it is a mean over examples, their number
 */
public record SumAcrossRanks(double weight) implements Op {
    public SumAcrossRanks {
        if (!(weight > 0 && Double.isFinite(weight))) {
            throw new IllegalArgumentException("sum_across_ranks: a rank's weight is positive, got " + weight);
        }
    }

    @Override
    public String name() {
        return "sum_across_ranks";
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
    public boolean trainingOnly() {
        return true;
    }
}

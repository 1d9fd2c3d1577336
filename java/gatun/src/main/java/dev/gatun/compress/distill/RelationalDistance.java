package dev.gatun.compress.distill;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.nn.Formula;
import dev.gatun.op.function.BinaryFunction;

/**
 * The Huber loss of the distances between the examples of a batch, divided by the mean distance between two of them
 * (Park et al., 2019, 3.2.1), in the mean over all pairs of the batch. Widths may differ. It takes {@code N^2} times
 * the memory of the features of an example: choose an embedding rather than a large image.
 */
public record RelationalDistance() implements Comparison {
    /** Less than any mean distance, so that examples that all coincide have the distances 0. */
    private static final double LEAST = 1e-12;

    @Override
    public Value apply(GraphBuilder graph, String name, Value student, Value teacher) {
        Formula f = new Formula(graph, name);
        Features.Pair pair = Features.pair(f, student, teacher, 2);
        return Features.huber(f, distances(f, pair.student()), distances(f, pair.teacher()));
    }

    private static Value distances(Formula f, Value x) {
        Value each = f.over(2).norm(Features.differences(f, x), 2);
        long count = x.type().shape().extent(0);
        Value mean = f.times(1.0 / (count * (count - 1)), f.over().sum(each));
        return f.divide(each, f.binary(BinaryFunction.MAXIMUM, mean, f.number(mean, LEAST)));
    }
}

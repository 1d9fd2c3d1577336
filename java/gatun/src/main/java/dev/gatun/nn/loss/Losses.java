package dev.gatun.nn.loss;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;

/** The most common losses with their defaults: each gives a scalar, which can be differentiated. */
public final class Losses {
    private Losses() {}

    /** The mean of {@code (prediction - target)^2} over all elements; the types are equal. */
    public static Value meanSquaredError(GraphBuilder graph, String name, Value prediction, Value target) {
        return new MeanSquaredError().apply(graph, name, prediction, target);
    }

    /** The mean of {@code |prediction - target|} over all elements; the types are equal. */
    public static Value meanAbsoluteError(GraphBuilder graph, String name, Value prediction, Value target) {
        return new MeanAbsoluteError().apply(graph, name, prediction, target);
    }

    /**
     * The mean over the batch of {@code -log softmax(scores)[label]}.
     *
     * @param scores {@code (N, classes)}
     * @param labels {@code (N)} of i32, from 0 on
     */
    public static Value crossEntropy(GraphBuilder graph, String name, Value scores, Value labels) {
        return new CrossEntropy().apply(graph, name, scores, labels);
    }

    /** See {@link BinaryCrossEntropy}; scores and targets are of one type. */
    public static Value binaryCrossEntropy(GraphBuilder graph, String name, Value scores, Value targets) {
        return new BinaryCrossEntropy().apply(graph, name, scores, targets);
    }
}

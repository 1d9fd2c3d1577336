package dev.gatun.nn.loss;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;

/** Common losses with default options. Each is a scalar and can be differentiated. */
public final class Losses {
    private Losses() {}

    /** Returns the mean of {@code (prediction - target)^2} over all elements; the types are equal. */
    public static Value meanSquaredError(GraphBuilder graph, String name, Value prediction, Value target) {
        return new MeanSquaredError().apply(graph, name, prediction, target);
    }

    /** Returns the mean of {@code |prediction - target|} over all elements; the types are equal. */
    public static Value meanAbsoluteError(GraphBuilder graph, String name, Value prediction, Value target) {
        return new MeanAbsoluteError().apply(graph, name, prediction, target);
    }

    /**
     * Returns the mean over the batch of {@code -log softmax(scores)[label]}.
     *
     * @param scores {@code (N, classes)}
     * @param labels {@code (N)} of i32, from 0 on
     */
    public static Value crossEntropy(GraphBuilder graph, String name, Value scores, Value labels) {
        return new CrossEntropy().apply(graph, name, scores, labels);
    }

    /** Returns the mean {@link BinaryCrossEntropy}; scores and targets are of one type. */
    public static Value binaryCrossEntropy(GraphBuilder graph, String name, Value scores, Value targets) {
        return new BinaryCrossEntropy().apply(graph, name, scores, targets);
    }
}

package dev.gatun.nn;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.op.SoftmaxCrossEntropy;
import dev.gatun.op.function.UnaryFunction;

/** Losses that are made of operations: each gives a scalar, which can be differentiated. */
public final class Losses {
    private Losses() {}

    /** The mean of {@code (prediction - target)^2} over all elements; the shapes are equal. */
    public static Value meanSquaredError(GraphBuilder graph, String name, Value prediction, Value target) {
        return Functions.mean(graph, name, distance(graph, name, UnaryFunction.SQUARE, prediction, target));
    }

    /** The mean of {@code |prediction - target|} over all elements; the shapes are equal. */
    public static Value meanAbsoluteError(GraphBuilder graph, String name, Value prediction, Value target) {
        return Functions.mean(graph, name, distance(graph, name, UnaryFunction.ABS, prediction, target));
    }

    /**
     * The mean over the batch of {@code -log softmax(scores)[label]}.
     *
     * @param scores {@code (N, classes)}
     * @param labels {@code (N)} of i32, from 0 on
     */
    public static Value crossEntropy(GraphBuilder graph, String name, Value scores, Value labels) {
        return graph.apply(name, new SoftmaxCrossEntropy(), scores, labels);
    }

    /**
     * The mean of {@code -t log(sigmoid(x)) - (1 - t) log(1 - sigmoid(x))} over all elements, computed as {@code log(1
     * + exp(x)) - t x}, which does not overflow.
     *
     * @param scores  {@code x}
     * @param targets {@code t}, from 0 to 1; of the same shape
     */
    public static Value binaryCrossEntropy(GraphBuilder graph, String name, Value scores, Value targets) {
        checkEqual(name, scores, targets);
        return Functions.mean(graph, name, Functions.subtract(graph, name + ".each",
                Functions.softplus(graph, name + ".softplus", scores),
                Functions.multiply(graph, name + ".product", scores, targets)));
    }

    private static void checkEqual(String name, Value prediction, Value target) {
        // broadcast, (N, 1) and (N) would compare everything with everything
        if (!prediction.type().equals(target.type())) {
            throw new IllegalArgumentException(
                    name + ": prediction " + prediction.type() + " and target " + target.type()
                    + " must be equal in type");
        }
    }

    private static Value distance(
            GraphBuilder graph, String name, UnaryFunction function, Value prediction, Value target) {
        checkEqual(name, prediction, target);
        return Functions.unary(graph, name + ".distance", function,
                Functions.subtract(graph, name + ".difference", prediction, target));
    }
}

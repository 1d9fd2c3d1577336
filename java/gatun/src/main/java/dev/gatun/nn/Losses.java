package dev.gatun.nn;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.op.Binary;
import dev.gatun.op.BinaryFunction;
import dev.gatun.op.Reduce;
import dev.gatun.op.Reduction;
import dev.gatun.op.SoftmaxCrossEntropy;
import dev.gatun.op.Unary;
import dev.gatun.op.UnaryFunction;

/** Losses that are made of operations: each gives a scalar, which can be differentiated. */
public final class Losses {
    private Losses() {}

    /** The mean of {@code (prediction - target)^2} over all elements; the shapes are equal. */
    public static Value meanSquaredError(GraphBuilder graph, String name, Value prediction, Value target) {
        return mean(graph, name, distance(graph, name, UnaryFunction.SQUARE, prediction, target));
    }

    /** The mean of {@code |prediction - target|} over all elements; the shapes are equal. */
    public static Value meanAbsoluteError(GraphBuilder graph, String name, Value prediction, Value target) {
        return mean(graph, name, distance(graph, name, UnaryFunction.ABS, prediction, target));
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
     * The mean of {@code -t log(sigmoid(x)) - (1 - t) log(1 - sigmoid(x))} over all elements, computed as {@code max(x,
     * 0) - t x + log(1 + exp(-|x|))}, which does not overflow.
     *
     * @param scores  {@code x}
     * @param targets {@code t}, from 0 to 1; of the same shape
     */
    public static Value binaryCrossEntropy(GraphBuilder graph, String name, Value scores, Value targets) {
        checkEqual(name, scores, targets);
        Value positive = Functions.relu(graph, name + ".positive", scores);
        Value product = Functions.multiply(graph, name + ".product", scores, targets);
        Value size = Functions.affine(graph, name + ".size", -1, Functions.abs(graph, name + ".abs", scores), 0);
        Value rest = Functions.log(graph, name + ".rest",
                Functions.affine(graph, name + ".sum", 1, Functions.exp(graph, name + ".exp", size), 1));
        Value linear = Functions.subtract(graph, name + ".linear", positive, product);
        return mean(graph, name, Functions.add(graph, name + ".each", linear, rest));
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
        Value difference = graph.apply(name + ".difference", new Binary(BinaryFunction.SUBTRACT), prediction, target);
        return graph.apply(name + ".distance", new Unary(function), difference);
    }

    private static Value mean(GraphBuilder graph, String name, Value value) {
        return graph.apply(name, Reduce.all(Reduction.MEAN, value.type().shape().rank()), value);
    }
}

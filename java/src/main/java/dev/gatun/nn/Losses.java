package dev.gatun.nn;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.op.Binary;
import dev.gatun.op.BinaryFunction;
import dev.gatun.op.Reduce;
import dev.gatun.op.Reduction;
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

    private static Value distance(
            GraphBuilder graph, String name, UnaryFunction function, Value prediction, Value target) {
        if (!prediction.type().equals(target.type())) { // broadcast, (N, 1) and (N) would compare everything with everything
            throw new IllegalArgumentException(
                    name + ": prediction " + prediction.type() + " and target " + target.type() + " must be equal in type");
        }
        Value difference = graph.apply(name + ".difference", new Binary(BinaryFunction.SUBTRACT), prediction, target);
        return graph.apply(name + ".distance", new Unary(function), difference);
    }

    private static Value mean(GraphBuilder graph, String name, Value value) {
        return graph.apply(name, Reduce.all(Reduction.MEAN, value.type().shape().rank()), value);
    }
}

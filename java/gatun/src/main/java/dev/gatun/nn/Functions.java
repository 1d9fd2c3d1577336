package dev.gatun.nn;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.op.Affine;
import dev.gatun.op.Binary;
import dev.gatun.op.Reduce;
import dev.gatun.op.StopGradient;
import dev.gatun.op.Unary;
import dev.gatun.op.function.BinaryFunction;
import dev.gatun.op.function.ParametricFunction;
import dev.gatun.op.function.Reduction;
import dev.gatun.op.function.ScalarFunction;
import dev.gatun.op.function.UnaryFunction;

/**
 * Operations by the field's names, to make layers and losses of. Each adds one operation to a graph, called by a name
 * for people; binary ones broadcast, as {@link Binary} says.
 */
public final class Functions {
    private Functions() {}

    /** {@code a + b} */
    public static Value add(GraphBuilder graph, String name, Value a, Value b) {
        return graph.apply(name, new Binary(BinaryFunction.ADD), a, b);
    }

    /** {@code a - b} */
    public static Value subtract(GraphBuilder graph, String name, Value a, Value b) {
        return graph.apply(name, new Binary(BinaryFunction.SUBTRACT), a, b);
    }

    /** {@code a * b}, element by element. */
    public static Value multiply(GraphBuilder graph, String name, Value a, Value b) {
        return graph.apply(name, new Binary(BinaryFunction.MULTIPLY), a, b);
    }

    /** {@code a / b} */
    public static Value divide(GraphBuilder graph, String name, Value a, Value b) {
        return graph.apply(name, new Binary(BinaryFunction.DIVIDE), a, b);
    }

    /** {@code scale * x + shift} */
    public static Value affine(GraphBuilder graph, String name, double scale, Value x, double shift) {
        return graph.apply(name, new Affine(scale, shift), x);
    }

    /** {@code 1 / (1 + exp(-x))} */
    public static Value sigmoid(GraphBuilder graph, String name, Value x) {
        return unary(graph, name, UnaryFunction.SIGMOID, x);
    }

    /** The hyperbolic tangent. */
    public static Value tanh(GraphBuilder graph, String name, Value x) {
        return unary(graph, name, UnaryFunction.TANH, x);
    }

    /** {@code max(x, 0)} */
    public static Value relu(GraphBuilder graph, String name, Value x) {
        return unary(graph, name, UnaryFunction.RELU, x);
    }

    /** {@code e^x} */
    public static Value exp(GraphBuilder graph, String name, Value x) {
        return unary(graph, name, UnaryFunction.EXP, x);
    }

    /** The natural logarithm. */
    public static Value log(GraphBuilder graph, String name, Value x) {
        return unary(graph, name, UnaryFunction.LOG, x);
    }

    /** The square root. */
    public static Value sqrt(GraphBuilder graph, String name, Value x) {
        return unary(graph, name, UnaryFunction.SQRT, x);
    }

    /** {@code x * x} */
    public static Value square(GraphBuilder graph, String name, Value x) {
        return unary(graph, name, UnaryFunction.SQUARE, x);
    }

    /** {@code |x|} */
    public static Value abs(GraphBuilder graph, String name, Value x) {
        return unary(graph, name, UnaryFunction.ABS, x);
    }

    /** {@code log(1 + exp(x))}, which does not overflow. */
    public static Value softplus(GraphBuilder graph, String name, Value x) {
        return unary(graph, name, new ParametricFunction.Softplus(1), x);
    }

    /** Any function of one variable, on each element. */
    public static Value unary(GraphBuilder graph, String name, ScalarFunction function, Value x) {
        return graph.apply(name, new Unary(function), x);
    }

    /** 1 where {@code a > b}, 0 elsewhere, NaN included; comparisons have no gradient. */
    public static Value greater(GraphBuilder graph, String name, Value a, Value b) {
        return graph.apply(name, new Binary(BinaryFunction.GREATER), a, b);
    }

    /** 1 where {@code a >= b}, 0 elsewhere, NaN included. */
    public static Value greaterEqual(GraphBuilder graph, String name, Value a, Value b) {
        return graph.apply(name, new Binary(BinaryFunction.GREATER_EQUAL), a, b);
    }

    /** 1 where {@code a < b}, 0 elsewhere, NaN included. */
    public static Value less(GraphBuilder graph, String name, Value a, Value b) {
        return greater(graph, name, b, a);
    }

    /** 1 where {@code a <= b}, 0 elsewhere, NaN included. */
    public static Value lessEqual(GraphBuilder graph, String name, Value a, Value b) {
        return greaterEqual(graph, name, b, a);
    }

    /** 1 where {@code a = b}, 0 elsewhere, NaN included. */
    public static Value equal(GraphBuilder graph, String name, Value a, Value b) {
        return multiply(graph, name, greaterEqual(graph, name, a, b), lessEqual(graph, name, a, b));
    }

    /** 0 where {@code a = b}, 1 elsewhere, NaN included. */
    public static Value notEqual(GraphBuilder graph, String name, Value a, Value b) {
        return affine(graph, name, -1, equal(graph, name, a, b), 1);
    }

    /** The same value, through which no gradient flows back. */
    public static Value stopGradient(GraphBuilder graph, String name, Value x) {
        return graph.apply(name, new StopGradient(), x);
    }

    /** The mean of all elements, a scalar. */
    public static Value mean(GraphBuilder graph, String name, Value x) {
        return graph.apply(name, Reduce.all(Reduction.MEAN, x.type().shape().rank()), x);
    }

    /** The sum of all elements, a scalar. */
    public static Value sum(GraphBuilder graph, String name, Value x) {
        return graph.apply(name, Reduce.all(Reduction.SUM, x.type().shape().rank()), x);
    }
}

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
 * Operations by their usual names, for layers and losses. Each method adds one operation to a graph under a name; the
 * operands of binary ones broadcast, as {@link Binary} says.
 */
public final class Functions {
    private Functions() {}

    /** Returns {@code a + b}. */
    public static Value add(GraphBuilder graph, String name, Value a, Value b) {
        return graph.apply(name, new Binary(BinaryFunction.ADD), a, b);
    }

    /** Returns {@code a - b}. */
    public static Value subtract(GraphBuilder graph, String name, Value a, Value b) {
        return graph.apply(name, new Binary(BinaryFunction.SUBTRACT), a, b);
    }

    /** Returns {@code a * b}, element by element. */
    public static Value multiply(GraphBuilder graph, String name, Value a, Value b) {
        return graph.apply(name, new Binary(BinaryFunction.MULTIPLY), a, b);
    }

    /** Returns {@code a / b}. */
    public static Value divide(GraphBuilder graph, String name, Value a, Value b) {
        return graph.apply(name, new Binary(BinaryFunction.DIVIDE), a, b);
    }

    /** Returns {@code scale * x + shift}. */
    public static Value affine(GraphBuilder graph, String name, double scale, Value x, double shift) {
        return graph.apply(name, new Affine(scale, shift), x);
    }

    /** Returns {@code 1 / (1 + exp(-x))}. */
    public static Value sigmoid(GraphBuilder graph, String name, Value x) {
        return unary(graph, name, UnaryFunction.SIGMOID, x);
    }

    /** Returns the hyperbolic tangent. */
    public static Value tanh(GraphBuilder graph, String name, Value x) {
        return unary(graph, name, UnaryFunction.TANH, x);
    }

    /** Returns {@code max(x, 0)}. */
    public static Value relu(GraphBuilder graph, String name, Value x) {
        return unary(graph, name, UnaryFunction.RELU, x);
    }

    /** Returns {@code e^x}. */
    public static Value exp(GraphBuilder graph, String name, Value x) {
        return unary(graph, name, UnaryFunction.EXP, x);
    }

    /** Returns the natural logarithm. */
    public static Value log(GraphBuilder graph, String name, Value x) {
        return unary(graph, name, UnaryFunction.LOG, x);
    }

    /** Returns the square root. */
    public static Value sqrt(GraphBuilder graph, String name, Value x) {
        return unary(graph, name, UnaryFunction.SQRT, x);
    }

    /** Returns {@code x * x}. */
    public static Value square(GraphBuilder graph, String name, Value x) {
        return unary(graph, name, UnaryFunction.SQUARE, x);
    }

    /** Returns {@code |x|}. */
    public static Value abs(GraphBuilder graph, String name, Value x) {
        return unary(graph, name, UnaryFunction.ABS, x);
    }

    /** Returns {@code log(1 + exp(x))}, without overflow. */
    public static Value softplus(GraphBuilder graph, String name, Value x) {
        return unary(graph, name, new ParametricFunction.Softplus(1), x);
    }

    /** Applies a function of one variable to each element. */
    public static Value unary(GraphBuilder graph, String name, ScalarFunction function, Value x) {
        return graph.apply(name, new Unary(function), x);
    }

    /** Returns 1 where {@code a > b}, 0 elsewhere, NaN included; comparisons have no gradient. */
    public static Value greater(GraphBuilder graph, String name, Value a, Value b) {
        return graph.apply(name, new Binary(BinaryFunction.GREATER), a, b);
    }

    /** Returns 1 where {@code a >= b}, 0 elsewhere, NaN included. */
    public static Value greaterEqual(GraphBuilder graph, String name, Value a, Value b) {
        return graph.apply(name, new Binary(BinaryFunction.GREATER_EQUAL), a, b);
    }

    /** Returns 1 where {@code a < b}, 0 elsewhere, NaN included. */
    public static Value less(GraphBuilder graph, String name, Value a, Value b) {
        return greater(graph, name, b, a);
    }

    /** Returns 1 where {@code a <= b}, 0 elsewhere, NaN included. */
    public static Value lessEqual(GraphBuilder graph, String name, Value a, Value b) {
        return greaterEqual(graph, name, b, a);
    }

    /** Returns 1 where {@code a = b}, 0 elsewhere, NaN included. */
    public static Value equal(GraphBuilder graph, String name, Value a, Value b) {
        return multiply(graph, name, greaterEqual(graph, name, a, b), lessEqual(graph, name, a, b));
    }

    /** Returns 0 where {@code a = b}, 1 elsewhere, NaN included. */
    public static Value notEqual(GraphBuilder graph, String name, Value a, Value b) {
        return affine(graph, name, -1, equal(graph, name, a, b), 1);
    }

    /** Returns the same value as a constant: its gradient is zero. */
    public static Value stopGradient(GraphBuilder graph, String name, Value x) {
        return graph.apply(name, new StopGradient(), x);
    }

    /** Returns the mean of all elements, a scalar. */
    public static Value mean(GraphBuilder graph, String name, Value x) {
        return graph.apply(name, Reduce.all(Reduction.MEAN, x.type().shape().rank()), x);
    }

    /** Returns the sum of all elements, a scalar. */
    public static Value sum(GraphBuilder graph, String name, Value x) {
        return graph.apply(name, Reduce.all(Reduction.SUM, x.type().shape().rank()), x);
    }
}

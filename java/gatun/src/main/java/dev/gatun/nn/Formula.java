package dev.gatun.nn;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.op.Affine;
import dev.gatun.op.Binary;
import dev.gatun.op.Fill;
import dev.gatun.op.Op;
import dev.gatun.op.Unary;
import dev.gatun.op.function.BinaryFunction;
import dev.gatun.op.function.ParametricFunction;
import dev.gatun.op.function.ScalarFunction;
import dev.gatun.op.function.UnaryFunction;
import dev.gatun.shape.Shape;

/**
 * Adds the operations of a formula to a graph, all under one name; losses and reductions are written with it. Two
 * operands broadcast, as {@link Binary} says.
 *
 * @param graph graph that the operations are added to
 * @param name  name of every operation
 */
public record Formula(GraphBuilder graph, String name) {
    /** Adds any operation. */
    public Value apply(Op op, Value... operands) {
        return graph.apply(name, op, operands);
    }

    /** Returns {@code a + b}. */
    public Value add(Value a, Value b) {
        return binary(BinaryFunction.ADD, a, b);
    }

    /** Returns {@code a - b}. */
    public Value subtract(Value a, Value b) {
        return binary(BinaryFunction.SUBTRACT, a, b);
    }

    /** Returns {@code a * b}, element by element. */
    public Value multiply(Value a, Value b) {
        return binary(BinaryFunction.MULTIPLY, a, b);
    }

    /** Returns {@code a / b}. */
    public Value divide(Value a, Value b) {
        return binary(BinaryFunction.DIVIDE, a, b);
    }

    /** Applies a function of two variables. */
    public Value binary(BinaryFunction function, Value a, Value b) {
        return apply(new Binary(function), a, b);
    }

    /** Returns {@code scale * x + shift}. */
    public Value affine(double scale, Value x, double shift) {
        return apply(new Affine(scale, shift), x);
    }

    /** Returns {@code scale * x}. */
    public Value times(double scale, Value x) {
        return affine(scale, x, 0);
    }

    /** Applies a function of one variable. */
    public Value unary(ScalarFunction function, Value x) {
        return apply(new Unary(function), x);
    }

    /** Returns {@code max(x, 0)}. */
    public Value positivePart(Value x) {
        return unary(UnaryFunction.RELU, x);
    }

    /** Returns {@code x} clipped to {@code [low, high]}. */
    public Value clip(double low, Value x, double high) {
        return unary(new ParametricFunction.Clip(low, high), x);
    }

    /** Returns a scalar constant of the element type of {@code like}. */
    public Value number(Value like, double number) {
        return apply(new Fill(like.type().withShape(Shape.of()), number));
    }

    /** Returns 1 where {@code x > bound}, 0 elsewhere. */
    public Value above(Value x, double bound) {
        return binary(BinaryFunction.GREATER, x, number(x, bound));
    }

    /** Returns 1 where {@code x >= bound}, 0 elsewhere. */
    public Value atLeast(Value x, double bound) {
        return binary(BinaryFunction.GREATER_EQUAL, x, number(x, bound));
    }

    /** Returns 1 where {@code x <= bound}, 0 elsewhere. */
    public Value atMost(Value x, double bound) {
        return binary(BinaryFunction.GREATER_EQUAL, number(x, bound), x);
    }

    /** Returns reductions along the given dimensions, or along all if none is given. */
    public Reductions over(Integer... axes) {
        return Reductions.over(graph, name, axes);
    }
}

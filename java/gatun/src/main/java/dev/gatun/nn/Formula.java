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
 * A formula of operations under one name: what losses and reductions are written in. Operands of two broadcast, as
 * {@link Binary} says.
 *
 * @param graph takes the operations
 * @param name  for people, of every operation
 */
public record Formula(GraphBuilder graph, String name) {
    /** Any operation. */
    public Value apply(Op op, Value... operands) {
        return graph.apply(name, op, operands);
    }

    /** {@code a + b} */
    public Value add(Value a, Value b) {
        return binary(BinaryFunction.ADD, a, b);
    }

    /** {@code a - b} */
    public Value subtract(Value a, Value b) {
        return binary(BinaryFunction.SUBTRACT, a, b);
    }

    /** {@code a * b}, element by element. */
    public Value multiply(Value a, Value b) {
        return binary(BinaryFunction.MULTIPLY, a, b);
    }

    /** {@code a / b} */
    public Value divide(Value a, Value b) {
        return binary(BinaryFunction.DIVIDE, a, b);
    }

    /** Any function of two variables. */
    public Value binary(BinaryFunction function, Value a, Value b) {
        return apply(new Binary(function), a, b);
    }

    /** {@code scale * x + shift} */
    public Value affine(double scale, Value x, double shift) {
        return apply(new Affine(scale, shift), x);
    }

    /** {@code scale * x} */
    public Value times(double scale, Value x) {
        return affine(scale, x, 0);
    }

    /** Any function of one variable. */
    public Value unary(ScalarFunction function, Value x) {
        return apply(new Unary(function), x);
    }

    /** {@code max(x, 0)} */
    public Value positivePart(Value x) {
        return unary(UnaryFunction.RELU, x);
    }

    /** {@code x} where it lies between two numbers, the nearer of them elsewhere. */
    public Value clip(double low, Value x, double high) {
        return unary(new ParametricFunction.Clip(low, high), x);
    }

    /** A scalar of the type of a value. */
    public Value number(Value like, double number) {
        return apply(new Fill(like.type().withShape(Shape.of()), number));
    }

    /** 1 where {@code x > bound}, 0 elsewhere. */
    public Value above(Value x, double bound) {
        return binary(BinaryFunction.GREATER, x, number(x, bound));
    }

    /** 1 where {@code x >= bound}, 0 elsewhere. */
    public Value atLeast(Value x, double bound) {
        return binary(BinaryFunction.GREATER_EQUAL, x, number(x, bound));
    }

    /** 1 where {@code x <= bound}, 0 elsewhere. */
    public Value atMost(Value x, double bound) {
        return binary(BinaryFunction.GREATER_EQUAL, number(x, bound), x);
    }

    /** Takes elements together along dimensions: all of them, where none is named. */
    public Reductions over(Integer... axes) {
        return Reductions.over(graph, name, axes);
    }
}

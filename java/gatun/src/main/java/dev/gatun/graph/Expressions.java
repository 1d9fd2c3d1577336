package dev.gatun.graph;

import dev.gatun.op.Affine;
import dev.gatun.op.Binary;
import dev.gatun.op.Fill;
import dev.gatun.op.Reduce;
import dev.gatun.op.Unary;
import dev.gatun.op.function.BinaryFunction;
import dev.gatun.op.function.Reduction;
import dev.gatun.op.function.ScalarFunction;
import dev.gatun.shape.Shape;

/** Formulas made of operations that belong to the gradient of a node. */
record Expressions(Node node, ReversePass pass) {
    Value apply(ScalarFunction function, Value x) {
        return pass.apply(node, new Unary(function), x);
    }

    Value add(Value a, Value b) {
        return binary(BinaryFunction.ADD, a, b);
    }

    Value subtract(Value a, Value b) {
        return binary(BinaryFunction.SUBTRACT, a, b);
    }

    Value multiply(Value a, Value b) {
        return binary(BinaryFunction.MULTIPLY, a, b);
    }

    Value divide(Value a, Value b) {
        return binary(BinaryFunction.DIVIDE, a, b);
    }

    private Value binary(BinaryFunction function, Value a, Value b) {
        return pass.apply(node, new Binary(function), a, b);
    }

    /** {@code scale * x + shift} */
    Value affine(double scale, Value x, double shift) {
        return pass.apply(node, new Affine(scale, shift), x);
    }

    /** 1 where {@code x > bound}, 0 elsewhere. */
    Value above(Value x, double bound) {
        return binary(BinaryFunction.GREATER, x, number(x, bound));
    }

    /** 1 where {@code x < bound}, 0 elsewhere. */
    Value below(Value x, double bound) {
        return binary(BinaryFunction.GREATER, number(x, bound), x);
    }

    /** The sum along an axis, which stays with extent 1. */
    Value sumKept(Value x, int axis) {
        return pass.apply(node, Reduce.over(Reduction.SUM, axis).withReduced(Reduce.Axes.KEPT), x);
    }

    /** The mean along the last axis, which stays with extent 1. */
    Value meanOfLast(Value x) {
        return pass.apply(node, Reduce.over(Reduction.MEAN, x.type().shape().rank() - 1)
                .withReduced(Reduce.Axes.KEPT), x);
    }

    /** A number in the type of a value, as a scalar. */
    Value number(Value like, double value) {
        return pass.apply(node, new Fill(like.type().withShape(Shape.of()), value));
    }
}

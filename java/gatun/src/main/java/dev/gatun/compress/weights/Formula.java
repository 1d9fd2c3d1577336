package dev.gatun.compress.weights;

import dev.gatun.graph.Rewriter;
import dev.gatun.graph.Value;
import dev.gatun.graph.Variable;
import dev.gatun.op.Affine;
import dev.gatun.op.Binary;
import dev.gatun.op.FakeQuantize;
import dev.gatun.op.Fill;
import dev.gatun.op.Op;
import dev.gatun.op.Reduce;
import dev.gatun.op.StopGradient;
import dev.gatun.op.Unary;
import dev.gatun.op.function.BinaryFunction;
import dev.gatun.op.function.Reduction;
import dev.gatun.op.function.UnaryFunction;
import dev.gatun.shape.DType;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.util.stream.IntStream;

/**
 * Writes a formula into a graph, operation by operation.
 *
 * @param name name of all its nodes
 */
record Formula(Rewriter graph, String name) {
    Value add(Op op, Value... inputs) {
        return graph.add(name, op, inputs);
    }

    Value variable(Variable variable) {
        return graph.variable(variable, DType.F32);
    }

    Value constant(double value) {
        return add(new Fill(new TensorType(DType.F32, Shape.of()), value));
    }

    Value of(BinaryFunction function, Value a, Value b) {
        return add(new Binary(function), a, b);
    }

    Value of(UnaryFunction function, Value x) {
        return add(new Unary(function), x);
    }

    Value plus(Value a, Value b) {
        return of(BinaryFunction.ADD, a, b);
    }

    Value minus(Value a, Value b) {
        return of(BinaryFunction.SUBTRACT, a, b);
    }

    Value times(Value a, Value b) {
        return of(BinaryFunction.MULTIPLY, a, b);
    }

    Value divide(Value a, Value b) {
        return of(BinaryFunction.DIVIDE, a, b);
    }

    Value affine(Value x, double scale, double shift) {
        return add(new Affine(scale, shift), x);
    }

    /** 1 where {@code a > b}, 0 elsewhere. */
    Value above(Value a, Value b) {
        return of(BinaryFunction.GREATER, a, b);
    }

    /** 1 where {@code a >= b}, 0 elsewhere. */
    Value atLeast(Value a, Value b) {
        return of(BinaryFunction.GREATER_EQUAL, a, b);
    }

    /** 1 where {@code x >= 0}, -1 elsewhere. */
    Value sign(Value x) {
        return affine(atLeast(x, constant(0)), 2, -1);
    }

    Value abs(Value x) {
        return of(UnaryFunction.ABS, x);
    }

    /** Within -1 and 1. */
    Value clamp(Value x) {
        return of(BinaryFunction.MAXIMUM, of(BinaryFunction.MINIMUM, x, constant(1)), constant(-1));
    }

    /** Of all elements, to a scalar. */
    Value reduce(Reduction reduction, Value x) {
        return add(Reduce.all(reduction, x.type().shape().rank()), x);
    }

    /** The mean of each filter, which broadcasts against it. */
    Value meanOfFilters(Value x) {
        return add(new Reduce(Reduction.MEAN, IntStream.range(1, x.type().shape().rank()).boxed().toList(),
                Reduce.Axes.KEPT), x);
    }

    /** Rounds to an integer from 0 to the given one. */
    Value round(Value x, int high) {
        return add(new FakeQuantize(0, high, FakeQuantize.PER_TENSOR), x, constant(1));
    }

    Value stop(Value x) {
        return add(new StopGradient(), x);
    }

    /** 0, with the gradient of a value: {@code x - x} is exact, where {@code q - x + x} would not be {@code q}. */
    Value onlyGradient(Value x) {
        return minus(x, stop(x));
    }

    /** The elements of {@code q} with the gradient of {@code x}. */
    Value straightThrough(Value q, Value x) {
        return plus(stop(q), onlyGradient(x));
    }
}

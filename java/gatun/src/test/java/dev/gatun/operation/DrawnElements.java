package dev.gatun.operation;

import dev.gatun.op.Affine;
import dev.gatun.op.ArgMax;
import dev.gatun.op.Binary;
import dev.gatun.op.Broadcast;
import dev.gatun.op.Cast;
import dev.gatun.op.Dropout;
import dev.gatun.op.FakeQuantize;
import dev.gatun.op.Fill;
import dev.gatun.op.Reduce;
import dev.gatun.op.Softmax;
import dev.gatun.op.StopGradient;
import dev.gatun.op.SumAcrossRanks;
import dev.gatun.op.Unary;
import dev.gatun.op.Where;
import dev.gatun.op.function.BinaryFunction;
import dev.gatun.op.function.ParametricFunction;
import dev.gatun.op.function.Reduction;
import dev.gatun.op.function.ScalarFunction;
import dev.gatun.op.function.SoftmaxKind;
import dev.gatun.op.function.UnaryFunction;
import dev.gatun.reference.OpCase;
import dev.gatun.shape.DType;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Functions of elements, reductions of them, and constants. */
final class DrawnElements {
    private static final List<DType> FLOATING = List.of(DType.F32, DType.BF16, DType.F16);

    private DrawnElements() {}

    static OpCase unary(Draw draw) {
        return unary(draw, draw.next(List.of(UnaryFunction.values())));
    }

    static OpCase parametric(Draw draw) {
        return unary(draw, switch (draw.below(5)) {
            case 0 -> new ParametricFunction.LeakyRelu(draw.number(0, 1));
            case 1 -> new ParametricFunction.Elu(draw.number(0, 2));
            case 2 -> new ParametricFunction.Clip(draw.number(-2, 0), draw.number(0.1, 2));
            case 3 -> new ParametricFunction.Softplus(draw.number(0.2, 4));
            default -> new ParametricFunction.Power(draw.one(List.of(-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0, 3.0, 1.7)));
        });
    }

    private static OpCase unary(Draw draw, ScalarFunction function) {
        boolean positive = function instanceof ParametricFunction.Power
                || List.of(UnaryFunction.LOG, UnaryFunction.SQRT, UnaryFunction.RECIPROCAL).contains(function);
        Shape shape = draw.shape(0, 5);
        return DrawnCase.of(draw, new Unary(function)).operand("x", shape, positive ? 0.25 : -4, 4)
                .named(function + " of " + shape);
    }

    static OpCase binary(Draw draw) {
        BinaryFunction function = draw.next(List.of(BinaryFunction.values()));
        Shape shape = draw.shape(0, 5);
        Shape left = repeated(draw, shape);
        Shape right = repeated(draw, shape);
        boolean flat = function == BinaryFunction.GREATER || function == BinaryFunction.GREATER_EQUAL;
        DrawnCase drawn = DrawnCase.of(draw, new Binary(function)).operand("a", left)
                .operand("b", right, function == BinaryFunction.DIVIDE ? 0.25 : -1, 1);
        return (flat ? drawn.reading() : drawn).named(function.lowerCase() + " of " + left + " and " + right);
    }

    /** A shape that broadcasts to another: extents of 1, leading ones left out. */
    private static Shape repeated(Draw draw, Shape shape) {
        if (draw.half()) {
            return shape;
        }
        long[] extents = shape.extents();
        for (int i = 0; i < extents.length; i++) {
            extents[i] = draw.half() ? extents[i] : 1;
        }
        return Shape.of(Arrays.copyOfRange(extents, draw.below(extents.length + 1), extents.length));
    }

    static OpCase affine(Draw draw) {
        Shape shape = draw.shape(0, 5);
        Affine op = draw.half() ? Affine.times(draw.number(-3, 3))
                : new Affine(draw.number(-3, 3), draw.number(-3, 3));
        return DrawnCase.of(draw, op).operand("x", shape).named(op + " of " + shape);
    }

    static OpCase where(Draw draw) {
        Shape shape = draw.shape(0, 5);
        return DrawnCase.of(draw, new Where()).operand("condition", shape, draw.onceIn(4) ? 0 : -1, 0)
                .operand("a", shape).operand("b", shape).named("where of " + shape);
    }

    static OpCase reduce(Draw draw) {
        Shape shape = draw.shape(0, 5);
        List<Integer> axes = new ArrayList<>();
        for (int i = 0; i < shape.rank(); i++) {
            if (draw.half()) {
                axes.add(i);
            }
        }
        Reduce op = new Reduce(draw.next(List.of(Reduction.values())), axes, draw.one(List.of(Reduce.Axes.values())));
        return DrawnCase.of(draw, op).operand("x", shape).named(op + " of " + shape);
    }

    static OpCase broadcast(Draw draw) {
        Shape shape = draw.shape(0, 5);
        Shape small = repeated(draw, shape);
        return DrawnCase.of(draw, new Broadcast(shape)).operand("x", small)
                .named("broadcast of " + small + " to " + shape);
    }

    static OpCase argMax(Draw draw) {
        Shape shape = draw.shape(1, 5);
        ArgMax op = new ArgMax(draw.below(shape.rank()));
        return DrawnCase.of(draw, op).operand("x", shape).reading().named(op + " of " + shape);
    }

    static OpCase softmax(Draw draw) {
        Shape shape = draw.shape(1, 4);
        Softmax op = new Softmax(draw.below(shape.rank()), draw.next(List.of(SoftmaxKind.values())));
        return DrawnCase.of(draw, op).operand("x", shape, -8, 8).named(op + " of " + shape);
    }

    static OpCase cast(Draw draw) {
        Shape shape = draw.shape(0, 5);
        DType to = draw.one(FLOATING);
        return DrawnCase.of(draw, new Cast(to)).operand("x", shape, -100, 100).named("cast of " + shape + " to " + to);
    }

    /** On rows, whose layout is the same everywhere: what is dropped depends on it. */
    static OpCase dropout(Draw draw) {
        Shape shape = draw.shape(1, 2);
        Dropout op = new Dropout(draw.onceIn(6) ? 0 : draw.number(0.05, 0.95), draw.below(100));
        return DrawnCase.of(draw, op).operand("x", shape).named(op + " of " + shape);
    }

    static OpCase fakeQuantize(Draw draw) {
        Shape shape = draw.shape(1, 5);
        int high = (1 << draw.between(1, 7)) - 1;
        int axis = draw.onceIn(2) ? FakeQuantize.PER_TENSOR : draw.below(shape.rank());
        FakeQuantize op = new FakeQuantize(draw.onceIn(2) ? 0 : -high, high, axis);
        return DrawnCase.of(draw, op).operand("x", shape, -8, 8)
                .channels("scale", op.scaleShape(shape), 0.05, 2).named(op + " of " + shape);
    }

    static OpCase stopGradient(Draw draw) {
        Shape shape = draw.shape(0, 5);
        return DrawnCase.of(draw, new StopGradient()).operand("x", shape).reading().named("stop gradient of " + shape);
    }

    static OpCase sumAcrossRanks(Draw draw) {
        Shape shape = draw.shape(0, 5);
        return DrawnCase.of(draw, new SumAcrossRanks(1)).operand("x", shape).named("sum across ranks of " + shape);
    }

    static OpCase fill(Draw draw) {
        Shape shape = draw.shape(0, 5);
        double value = draw.onceIn(4) ? 0 : draw.number(-9, 9);
        return new DrawnCase(draw, dtype -> new Fill(new TensorType(dtype, shape), value)).reading()
                .named("fill of " + shape + " with " + value);
    }
}

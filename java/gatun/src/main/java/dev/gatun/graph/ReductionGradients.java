package dev.gatun.graph;

import dev.gatun.op.Affine;
import dev.gatun.op.Binary;
import dev.gatun.op.Broadcast;
import dev.gatun.op.Reduce;
import dev.gatun.op.Reshape;
import dev.gatun.op.SumAcrossRanks;
import dev.gatun.op.function.BinaryFunction;
import dev.gatun.op.function.Reduction;
import dev.gatun.shape.Shape;
import java.util.ArrayList;
import java.util.List;

/** Gradients of reductions, which repeat, and of repetitions, which sum. */
final class ReductionGradients {
    private ReductionGradients() {}

    static void reduce(Reduce op, Node node, ReversePass pass) {
        Value x = node.inputs().getFirst();
        Shape shape = x.type().shape();
        Shape kept = op.keptShape(shape);
        Value diff = reshaped(node, pass, pass.diff(node), kept);
        switch (op.reduction()) {
            case SUM -> pass.contribute(x, repeated(node, pass, diff, shape));
            case MEAN -> pass.contribute(x, repeated(node, pass,
                    pass.apply(node, Affine.times(1.0 / op.count(shape)), diff), shape));
            case MAX -> {
                Value largest = reshaped(node, pass, node.output(), kept);
                Value winners = pass.apply(node, new Binary(BinaryFunction.GREATER_EQUAL), x, largest);
                Value count = pass.apply(node, new Reduce(Reduction.SUM, op.axes(), Reduce.Axes.KEPT), winners);
                Value share = pass.apply(node, new Binary(BinaryFunction.DIVIDE), diff, count);
                pass.contribute(x, pass.apply(node, new Binary(BinaryFunction.MULTIPLY), winners, share));
            }
        }
    }

    static void sumAcrossRanks(SumAcrossRanks op, Node node, ReversePass pass) {
        Value diff = pass.diff(node);
        if (op.weight() == 1) {
            pass.contribute(node.inputs().getFirst(), pass.apply(node, op, diff));
            return;
        }
        Value sum = pass.apply(node, op, pass.apply(node, Affine.times(op.weight()), diff));
        pass.contribute(node.inputs().getFirst(), pass.apply(node, Affine.times(1 / op.weight()), sum));
    }

    /** Sums a gradient over what was repeated to make it so large. */
    static Value sumTo(Node node, ReversePass pass, Value gradient, Shape wanted) {
        Shape given = gradient.type().shape();
        if (given.equals(wanted)) {
            return gradient;
        }
        int added = given.rank() - wanted.rank();
        List<Integer> axes = new ArrayList<>();
        for (int i = 0; i < given.rank(); i++) {
            if (i < added || wanted.extent(i - added) != given.extent(i)) {
                axes.add(i);
            }
        }
        Reduce sum = new Reduce(Reduction.SUM, axes, axes.size() == added ? Reduce.Axes.DROPPED : Reduce.Axes.KEPT);
        return reshaped(node, pass, pass.apply(node, sum, gradient), wanted);
    }

    private static Value repeated(Node node, ReversePass pass, Value value, Shape shape) {
        return value.type().shape().equals(shape) ? value : pass.apply(node, new Broadcast(shape), value);
    }

    private static Value reshaped(Node node, ReversePass pass, Value value, Shape shape) {
        return value.type().shape().equals(shape) ? value : pass.apply(node, new Reshape(shape), value);
    }
}

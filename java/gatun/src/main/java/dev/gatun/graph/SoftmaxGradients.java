package dev.gatun.graph;

import dev.gatun.op.Affine;
import dev.gatun.op.Binary;
import dev.gatun.op.Op;
import dev.gatun.op.Reduce;
import dev.gatun.op.Softmax;
import dev.gatun.op.SoftmaxBackward;
import dev.gatun.op.SoftmaxCrossEntropyBackward;
import dev.gatun.op.function.BinaryFunction;
import dev.gatun.op.function.Reduction;
import dev.gatun.op.function.UnaryFunction;
import java.util.List;

/**
 * Gradients of the cross-entropy after a softmax, and of the gradients of both: {@code g} is the diff, {@code v} what
 * flows back.
 */
final class SoftmaxGradients {
    private static final Op MULTIPLY = new Binary(BinaryFunction.MULTIPLY);

    private SoftmaxGradients() {}

    static void backward(Softmax op, Node node, ReversePass pass) {
        Expressions e = new Expressions(node, pass);
        Value y = node.inputs().get(0);
        Value g = node.inputs().get(1);
        Value v = pass.diff(node);
        switch (op.kind()) {
            case SOFTMAX -> {
                if (pass.isNeeded(g)) { // y * (v - sum(y * v))
                    pass.contribute(g, pass.apply(node, new SoftmaxBackward(op), y, v));
                }
                if (pass.isNeeded(y)) { // v * (g - sum(y * g)) - g * sum(y * v)
                    Value centred = e.subtract(g, e.sumKept(e.multiply(y, g), op.axis()));
                    pass.contribute(y, e.subtract(e.multiply(v, centred),
                            e.multiply(g, e.sumKept(e.multiply(y, v), op.axis()))));
                }
            }
            case LOG_SOFTMAX -> {
                Value weighted = e.multiply(v, e.apply(UnaryFunction.EXP, y));
                if (pass.isNeeded(g)) { // v - sum(exp(y) * v)
                    pass.contribute(g, e.subtract(v, e.sumKept(weighted, op.axis())));
                }
                if (pass.isNeeded(y)) { // -exp(y) * v * sum(g)
                    pass.contribute(y, e.affine(-1, e.multiply(weighted, e.sumKept(g, op.axis())), 0));
                }
            }
        }
    }

    static void softmaxCrossEntropy(Node node, ReversePass pass) {
        Value logits = node.inputs().get(0);
        Value labels = node.inputs().get(1);
        Value probabilities = node.outputs().get(1);
        Value byLoss = pass.diff(node, 0);
        Value byProbabilities = pass.diff(node, 1);
        if (byLoss != null) {
            pass.contribute(logits, pass.apply(node, new SoftmaxCrossEntropyBackward(), probabilities, labels, byLoss));
        }
        if (byProbabilities != null) { // p * (g - sum over the classes of g * p)
            Value weighted = pass.apply(node, MULTIPLY, byProbabilities, probabilities);
            Value mean = pass.apply(node, new Reduce(Reduction.SUM, List.of(1), Reduce.Axes.KEPT), weighted);
            Value centred = pass.apply(node, new Binary(BinaryFunction.SUBTRACT), byProbabilities, mean);
            pass.contribute(logits, pass.apply(node, MULTIPLY, centred, probabilities));
        }
    }

    /** Of {@code (probabilities - onehot) * scale / N}. */
    static void softmaxCrossEntropyBackward(Node node, ReversePass pass) {
        Value probabilities = node.inputs().get(0);
        Value labels = node.inputs().get(1);
        Value scale = node.inputs().get(2);
        Value diff = pass.diff(node);
        if (pass.isNeeded(probabilities)) {
            Value share = pass.apply(node, Affine.times(1.0 / probabilities.type().shape().extent(0)), scale);
            pass.contribute(probabilities, pass.apply(node, MULTIPLY, diff, share));
        }
        if (pass.isNeeded(scale)) {
            Value one = pass.apply(node, new Affine(0, 1), scale);
            Value slope = pass.apply(node, new SoftmaxCrossEntropyBackward(), probabilities, labels, one);
            pass.contribute(scale,
                    pass.apply(node, Reduce.all(Reduction.SUM, 2), pass.apply(node, MULTIPLY, diff, slope)));
        }
    }
}

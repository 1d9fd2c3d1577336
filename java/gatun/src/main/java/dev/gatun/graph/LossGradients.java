package dev.gatun.graph;

import dev.gatun.op.Affine;
import dev.gatun.op.Binary;
import dev.gatun.op.Op;
import dev.gatun.op.Reduce;
import dev.gatun.op.SoftmaxCrossEntropyBackward;
import dev.gatun.op.function.BinaryFunction;
import dev.gatun.op.function.Reduction;
import java.util.List;

/** Gradients of losses. */
final class LossGradients {
    private static final Op MULTIPLY = new Binary(BinaryFunction.MULTIPLY);

    private LossGradients() {}

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

package dev.gatun.graph;

import dev.gatun.op.Broadcast;
import dev.gatun.op.Linear;
import dev.gatun.op.LinearBackwardData;
import dev.gatun.op.LinearBackwardWeights;
import dev.gatun.op.Reduce;
import dev.gatun.op.function.Reduction;
import org.jspecify.annotations.Nullable;

/** Gradients of fully connected layers and, as for convolutions, the gradients of those. */
final class LinearGradients {
    private LinearGradients() {}

    static void linear(Linear op, Node node, ReversePass pass) {
        Value x = node.inputs().get(0);
        Value weight = node.inputs().get(1);
        Value bias = node.inputs().size() > 2 ? node.inputs().get(2) : null;
        Value diff = pass.diff(node);
        boolean biasNeeded = bias != null && pass.isNeeded(bias);
        if (pass.isNeeded(weight)) {
            Node weights = pass.node(node, node, new LinearBackwardWeights(weight.type().shape(), biasNeeded), x, diff);
            pass.contribute(weight, weights.output());
            if (bias != null && biasNeeded) {
                pass.contribute(bias, weights.outputs().get(1));
            }
        } else if (bias != null && biasNeeded) {
            pass.contribute(bias, pass.apply(node, Reduce.over(Reduction.SUM, 0),
                    pass.cast(node, diff, bias.type().dtype())));
        }
        if (pass.isNeeded(x)) {
            pass.contribute(x, pass.apply(node, new LinearBackwardData(x.type().shape()), diff, weight));
        }
    }

    static void backwardData(Node node, ReversePass pass) {
        Value diff = node.inputs().get(0);
        Value weight = node.inputs().get(1);
        Value gradient = pass.diff(node);
        if (pass.isNeeded(diff)) {
            pass.contribute(diff, pass.apply(node, new Linear(), gradient, weight));
        }
        if (pass.isNeeded(weight)) {
            pass.contribute(weight, pass.node(node, node.forward(),
                    new LinearBackwardWeights(weight.type().shape(), false), gradient, diff).output());
        }
    }

    static void backwardWeights(Node node, ReversePass pass) {
        Value x = node.inputs().get(0);
        Value diff = node.inputs().get(1);
        Value byWeight = pass.diff(node, 0, x.type().dtype());
        Value byBias = node.outputs().size() > 1 ? pass.diff(node, 1) : null;
        if (byWeight != null && pass.isNeeded(x)) {
            pass.contribute(x, pass.node(
                    node, node.forward(), new LinearBackwardData(x.type().shape()), diff, byWeight).output());
        }
        if (pass.isNeeded(diff)) {
            pass.contribute(diff, byDiff(node, pass, byWeight, byBias));
        }
    }

    private static Value byDiff(Node node, ReversePass pass, @Nullable Value byWeight, @Nullable Value byBias) {
        if (byWeight != null) {
            return byBias == null
                    ? pass.apply(node, new Linear(), node.inputs().get(0), byWeight)
                    : pass.apply(node, new Linear(), node.inputs().get(0), byWeight, byBias);
        }
        if (byBias == null) {
            throw new IllegalStateException("no gradient reaches " + node);
        }
        return pass.apply(node, new Broadcast(node.inputs().get(1).type().shape()), byBias);
    }
}

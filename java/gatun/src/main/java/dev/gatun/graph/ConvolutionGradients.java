package dev.gatun.graph;

import dev.gatun.op.Broadcast;
import dev.gatun.op.Convolution;
import dev.gatun.op.ConvolutionBackwardData;
import dev.gatun.op.ConvolutionBackwardWeights;
import dev.gatun.op.Reduce;
import dev.gatun.op.Reshape;
import dev.gatun.op.function.Reduction;
import dev.gatun.shape.Shape;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Gradients of convolutions. A convolution is linear in its input and in its weight, so that the gradients of its
 * gradients are convolutions and their gradients again.
 */
final class ConvolutionGradients {
    private ConvolutionGradients() {}

    static void convolution(Convolution op, Node node, ReversePass pass) {
        Value x = node.inputs().get(0);
        Value weight = node.inputs().get(1);
        Value bias = node.inputs().size() > 2 ? node.inputs().get(2) : null;
        Value diff = pass.diff(node);
        boolean biasNeeded = bias != null && pass.isNeeded(bias);
        if (pass.isNeeded(weight)) {
            Node weights = pass.node(node, node,
                    new ConvolutionBackwardWeights(op, weight.type().shape(), biasNeeded), x, diff);
            pass.contribute(weight, weights.output());
            if (bias != null && biasNeeded) {
                pass.contribute(bias, weights.outputs().get(1));
            }
        } else if (bias != null && biasNeeded) {
            pass.contribute(bias,
                    pass.apply(node, new Reduce(Reduction.SUM, allButChannels(diff), Reduce.Axes.DROPPED),
                            pass.cast(node, diff, bias.type().dtype())));
        }
        if (pass.isNeeded(x)) {
            pass.contribute(x, pass.apply(node, new ConvolutionBackwardData(op, x.type().shape()), diff, weight));
        }
    }

    static void backwardData(ConvolutionBackwardData op, Node node, ReversePass pass) {
        Value diff = node.inputs().get(0);
        Value weight = node.inputs().get(1);
        Value gradient = pass.diff(node);
        if (pass.isNeeded(diff)) {
            pass.contribute(diff, pass.apply(node, op.forward(), gradient, weight));
        }
        if (pass.isNeeded(weight)) {
            pass.contribute(weight, pass.node(node, node.forward(),
                    new ConvolutionBackwardWeights(op.forward(), weight.type().shape(), false), gradient, diff)
                    .output());
        }
    }

    static void backwardWeights(ConvolutionBackwardWeights op, Node node, ReversePass pass) {
        Value x = node.inputs().get(0);
        Value diff = node.inputs().get(1);
        Value byWeight = pass.diff(node, 0, x.type().dtype());
        Value byBias = op.bias() ? pass.diff(node, 1) : null;
        if (byWeight != null && pass.isNeeded(x)) {
            pass.contribute(x, pass.node(node, node.forward(),
                    new ConvolutionBackwardData(op.forward(), x.type().shape()), diff, byWeight).output());
        }
        if (pass.isNeeded(diff)) {
            pass.contribute(diff, byDiff(op, node, pass, byWeight, byBias));
        }
    }

    private static Value byDiff(
            ConvolutionBackwardWeights op, Node node, ReversePass pass, @Nullable Value byWeight,
            @Nullable Value byBias) {
        Value x = node.inputs().get(0);
        if (byWeight != null) {
            return byBias == null
                    ? pass.apply(node, op.forward(), x, byWeight)
                    : pass.apply(node, op.forward(), x, byWeight, byBias);
        }
        if (byBias == null) {
            throw new IllegalStateException("no gradient reaches " + node);
        }
        Shape row = Shape.ones(op.weight().rank()).with(1, op.weight().extent(0));
        return pass.apply(node, new Broadcast(node.inputs().get(1).type().shape()),
                pass.apply(node, new Reshape(row), byBias));
    }

    private static List<Integer> allButChannels(Value images) {
        return IntStream.range(0, images.type().shape().rank()).filter(axis -> axis != 1).boxed().toList();
    }
}

package dev.gatun.compress;

import dev.gatun.graph.Graph;
import dev.gatun.graph.Inference;
import dev.gatun.graph.Node;
import dev.gatun.model.Model;
import dev.gatun.op.Convolution;
import dev.gatun.op.ConvolutionBackwardData;
import dev.gatun.op.Linear;
import dev.gatun.op.MatMul;
import dev.gatun.op.ScaledDotProductAttention;
import java.util.Locale;

/**
 * What a network costs.
 *
 * @param parameters trainable elements
 * @param macs       multiply-adds of convolutions, linear layers and matrix products for one image in inference
 */
public record NetworkCost(long parameters, long macs) {
    /** Returns the cost of a model. */
    public static NetworkCost of(Model model) {
        Graph graph = Snapshot.network(model, Snapshot.SOME_IMAGES);
        long flops = 0;
        for (Node node : Inference.of(graph).nodes()) {
            flops += switch (node.op()) {
                case Convolution _, ConvolutionBackwardData _, Linear _, MatMul _, ScaledDotProductAttention _ ->
                    node.flops();
                default -> 0;
            };
        }
        return new NetworkCost(graph.parameterElements(), flops / 2 / Snapshot.SOME_IMAGES);
    }

    /** Returns the size of the parameters in f32. */
    public long bytes() {
        return parameters * Float.BYTES;
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%,d parameters, %.2f million multiply-adds an image", parameters,
                macs / 1e6);
    }
}

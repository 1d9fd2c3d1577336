package dev.gatun.model;

import dev.gatun.graph.Graph;
import dev.gatun.graph.Node;
import dev.gatun.graph.Value;
import dev.gatun.op.Convolution;
import dev.gatun.op.Linear;
import dev.gatun.op.MatMul;
import dev.gatun.op.Reshape;
import dev.gatun.op.ScaledDotProductAttention;

/**
 * What a model takes for one image.
 *
 * @param parameters      elements that are trained
 * @param multiplications multiply-accumulates of convolutions, linear layers and matrix products in a forward pass
 * @param activationBytes bytes of all results of its operations in f32, none of them overwritten
 */
public record ModelSize(long parameters, long multiplications, long activationBytes) {
    /** That of a model, from batches of two and three: one image alone may be too little to normalise. */
    public static ModelSize of(Model model) {
        ModelSize two = of(model.graph(2));
        ModelSize three = of(model.graph(3));
        return new ModelSize(two.parameters, 2 * two.multiplications - three.multiplications,
                2 * two.activationBytes - three.activationBytes);
    }

    private static ModelSize of(Graph graph) {
        long multiplications = 0;
        long bytes = 0;
        for (Node node : graph.nodes()) {
            if (node.op() instanceof Convolution || node.op() instanceof Linear || node.op() instanceof MatMul
                    || node.op() instanceof ScaledDotProductAttention) {
                multiplications += node.flops() / 2;
            }
            if (!(node.op() instanceof Reshape)) { // which is a view
                bytes += node.outputs().stream().map(Value::type).mapToLong(type -> type.bytes()).sum();
            }
        }
        return new ModelSize(graph.parameterElements(), multiplications, bytes);
    }
}

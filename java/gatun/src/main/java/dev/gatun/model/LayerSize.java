package dev.gatun.model;

import dev.gatun.graph.Graph;
import dev.gatun.graph.Node;
import dev.gatun.graph.Value;
import dev.gatun.graph.Variable;
import dev.gatun.op.Convolution;
import dev.gatun.op.Linear;
import dev.gatun.op.MatMul;
import dev.gatun.op.Recurrent;
import dev.gatun.op.Reshape;
import dev.gatun.op.ScaledDotProductAttention;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What an operation of a model takes for one example: an image or a text.
 *
 * @param name            of the layer: {@code layer1.0.conv1}
 * @param operation       what it does: {@code convolution}
 * @param output          its first result, for a batch of two
 * @param parameters      elements that are trained; those that operations share count for the first of them
 * @param multiplications multiply-accumulates of a convolution, linear layer or matrix product
 * @param activationBytes bytes of its results in f32; none for those that are views
 */
public record LayerSize(
        String name, String operation, Shape output, long parameters, long multiplications, long activationBytes) {

    /**
     * All operations in the order in which they run, from batches of two and three: one image alone may be too little
     * to normalise.
     */
    public static List<LayerSize> of(Architecture model) {
        Graph two = model.graph(2);
        Graph three = model.graph(3);
        Set<Variable> counted = new HashSet<>();
        List<LayerSize> layers = new ArrayList<>();
        for (int i = 0; i < two.nodes().size(); i++) {
            Node node = two.nodes().get(i);
            Node more = three.nodes().get(i);
            layers.add(new LayerSize(node.name(), node.op().name(), node.output().type().shape(),
                    parameters(node, counted), 2 * multiplications(node) - multiplications(more),
                    2 * bytes(node) - bytes(more)));
        }
        return List.copyOf(layers);
    }

    private static long parameters(Node node, Set<Variable> counted) {
        long sum = 0;
        for (Value input : node.inputs()) {
            Variable variable = input.variable();
            if (variable != null && variable.isParameter() && counted.add(variable)) {
                sum += variable.shape().elements();
            }
        }
        return sum;
    }

    private static long multiplications(Node node) {
        return node.op() instanceof Convolution || node.op() instanceof Linear || node.op() instanceof MatMul
                || node.op() instanceof ScaledDotProductAttention || node.op() instanceof Recurrent
                ? node.flops() / 2 : 0;
    }

    private static long bytes(Node node) {
        return node.op() instanceof Reshape ? 0
                : node.outputs().stream().map(Value::type).mapToLong(TensorType::bytes).sum();
    }
}

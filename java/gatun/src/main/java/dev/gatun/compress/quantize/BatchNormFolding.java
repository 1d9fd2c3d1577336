package dev.gatun.compress.quantize;

import dev.gatun.compress.Snapshot;
import dev.gatun.graph.Graph;
import dev.gatun.graph.Node;
import dev.gatun.graph.Rewriter;
import dev.gatun.graph.Value;
import dev.gatun.graph.Variable;
import dev.gatun.nn.Initializers;
import dev.gatun.op.BatchNormalization;
import dev.gatun.op.Binary;
import dev.gatun.op.ConvolutionBackwardData;
import dev.gatun.op.Fill;
import dev.gatun.op.Reshape;
import dev.gatun.op.function.BinaryFunction;
import dev.gatun.shape.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Takes batch normalisations in their inference form into the convolutions and linear layers before them (Jacob et
 * al., 2018): with {@code f = scale / sqrt(running variance + epsilon)} of each channel, the weight becomes {@code f *
 * w} and the bias {@code f * (b - running mean) + shift}. The network computes what its inference form did. Grouped,
 * depthwise and transposed convolutions too; a normalisation that follows something else, or a layer that is read or
 * shared elsewhere, stays.
 */
public final class BatchNormFolding {
    private BatchNormFolding() {}

    /** Returns the network without the normalisations that a layer could take in. */
    public static Snapshot fold(Snapshot snapshot) {
        Graph graph = snapshot.graph();
        Map<Value, Node> producers = graph.producers();
        Map<String, float[]> values = new LinkedHashMap<>(snapshot.values());
        Set<String> kept = new HashSet<>();
        Map<Node, FoldableLayer> layers = FoldableLayer.find(graph);
        layers.values().forEach(layer -> fold(layer, snapshot, producers, values));
        Graph folded = rewrite(graph);
        folded.variables().forEach(variable -> kept.add(variable.name()));
        values.keySet().retainAll(kept);
        return snapshot.rewritten(BatchNormFolding::rewrite, values);
    }

    private static void fold(
            FoldableLayer layer, Snapshot snapshot, Map<Value, Node> producers, Map<String, float[]> values) {
        List<Value> inputs = layer.normalization().inputs();
        int channels = layer.channels();
        float[] scale = elements(inputs.get(1), channels, snapshot, producers);
        float[] shift = elements(inputs.get(2), channels, snapshot, producers);
        float[] mean = elements(inputs.get(3), channels, snapshot, producers);
        float[] variance = elements(inputs.get(4), channels, snapshot, producers);
        double epsilon = ((BatchNormalization) layer.normalization().op()).epsilon();
        String weightName = layer.layer().inputs().get(1).name();
        float[] weight = snapshot.values(weightName).clone();
        Value given = layer.bias();
        float[] bias = given == null ? new float[channels] : snapshot.values(given.name()).clone();
        double[] factors = new double[channels];
        for (int i = 0; i < channels; i++) {
            factors[i] = scale[i] / Math.sqrt(variance[i] + epsilon);
            bias[i] = (float) ((bias[i] - (double) mean[i]) * factors[i] + shift[i]);
        }
        for (int i = 0; i < weight.length; i++) {
            weight[i] = (float) (weight[i] * factors[layer.channel(i)]);
        }
        values.put(weightName, weight);
        values.put(given == null ? biasName(layer) : given.name(), bias);
    }

    /** Of a variable, or a constant. */
    private static float[] elements(Value value, int count, Snapshot snapshot, Map<Value, Node> producers) {
        if (value.variable() != null) {
            return snapshot.values(value.name());
        }
        Node node = producers.get(value);
        if (node == null || !(node.op() instanceof Fill fill)) {
            throw new IllegalStateException("neither a variable nor a constant: " + value);
        }
        float[] elements = new float[count];
        Arrays.fill(elements, (float) fill.value());
        return elements;
    }

    private static String biasName(FoldableLayer layer) {
        String weight = layer.layer().inputs().get(1).name();
        int dot = weight.lastIndexOf('.');
        return (dot < 0 ? weight : weight.substring(0, dot)) + ".bias";
    }

    private static Graph rewrite(Graph graph) {
        Rewriter rewriter = new Rewriter(graph);
        Map<Value, List<Node>> uses = graph.uses();
        Map<Node, FoldableLayer> byNormalization = FoldableLayer.find(graph);
        Map<Node, FoldableLayer> byLayer = new HashMap<>();
        byNormalization.values().forEach(layer -> byLayer.put(layer.layer(), layer));
        for (Node node : graph.nodes()) {
            FoldableLayer normalized = byNormalization.get(node);
            FoldableLayer layer = byLayer.get(node);
            if (normalized != null) {
                Value result = rewriter.copy(node.inputs().getFirst());
                rewriter.replace(node.output(), result);
                dropVariables(node, uses, rewriter, result);
            } else if (layer != null && layer.bias() == null) {
                withBias(layer, rewriter);
            } else {
                rewriter.emit(node, node.op(), node.inputs());
            }
        }
        return rewriter.finish();
    }

    /** Those that nothing else reads: whatever stands for them, nobody asks for it. */
    private static void dropVariables(
            Node normalization, Map<Value, List<Node>> uses, Rewriter rewriter, Value unused) {
        for (Value input : normalization.inputs().subList(1, normalization.inputs().size())) {
            if (input.variable() != null && uses.getOrDefault(input, List.of()).size() == 1) {
                rewriter.replace(input, unused);
            }
        }
    }

    private static void withBias(FoldableLayer layer, Rewriter rewriter) {
        Node node = layer.layer();
        Value shift = layer.normalization().inputs().get(2);
        Value bias = rewriter.variable(new Variable(biasName(layer), Shape.of(layer.channels()), Variable.Kind.BIAS,
                Initializers.constant(0)), shift.type().dtype());
        List<Value> inputs = new ArrayList<>(node.inputs().stream().map(rewriter::copy).toList());
        if (!(node.op() instanceof ConvolutionBackwardData)) {
            inputs.add(bias);
            rewriter.emitOn(node, node.op(), inputs);
            return;
        }
        Value product = rewriter.add(node.name() + ".product", node.op(), inputs.toArray(Value[]::new));
        Shape along = Shape.ones(node.output().type().shape().rank() - 1).with(0, layer.channels());
        Value wide = rewriter.add(node.name() + ".shift", new Reshape(along), bias);
        rewriter.replace(node.output(), rewriter.add(node.name(), new Binary(BinaryFunction.ADD), product, wide));
    }
}

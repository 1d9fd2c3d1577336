package dev.gatun.compress.weights;

import dev.gatun.compress.LayerNames;
import dev.gatun.compress.Snapshot;
import dev.gatun.compress.weights.WeightQuantizer.TrainedTernary;
import dev.gatun.graph.Graph;
import dev.gatun.graph.GraphPass;
import dev.gatun.graph.Node;
import dev.gatun.graph.Rewriter;
import dev.gatun.graph.Value;
import dev.gatun.nn.Formula;
import dev.gatun.op.Convolution;
import dev.gatun.op.FakeQuantize;
import dev.gatun.op.Linear;
import dev.gatun.op.Unary;
import dev.gatun.op.function.UnaryFunction;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Puts a quantizer between the weight of each linear layer or convolution and the layer. Training updates the weight in
 * f32 through it, and inference computes with what it gives. Weights that several operations read stay in f32, and so
 * do biases.
 */
public final class QuantizedWeights {
    private QuantizedWeights() {}

    /**
     * Returns a pass that quantizes all layers but the first and the last.
     *
     * @param ignored patterns of further layers that stay in f32
     */
    public static GraphPass pass(WeightQuantizer quantizer, String... ignored) {
        return pass(QuantizedWeightsOptions.defaults().withQuantizer(quantizer).withIgnored(List.of(ignored)));
    }

    /**
     * Returns a pass over networks that are not differentiated yet. It throws an {@link IllegalArgumentException} when
     * a network has no layer that could be quantized, or an ignored layer does not exist.
     */
    public static GraphPass pass(QuantizedWeightsOptions options) {
        return graph -> rewrite(graph, options);
    }

    /**
     * Quantizes the weights of a network that may have been trained, to be trained on.
     *
     * @throws IllegalArgumentException when it has no layer that could be quantized, has a quantized one, or an ignored
     *                                  layer does not exist
     */
    public static Snapshot apply(Snapshot snapshot, QuantizedWeightsOptions options) {
        Map<String, float[]> values = new LinkedHashMap<>(snapshot.values());
        if (options.quantizer() instanceof TrainedTernary(double threshold)) {
            for (Node layer : layers(snapshot.graph(), options)) {
                String weight = weight(layer).name();
                for (TernaryScales scale : TernaryScales.values()) {
                    values.put(scale.of(weight), new float[] {scale.scale(snapshot.values(weight), threshold)});
                }
            }
        }
        return snapshot.rewritten(pass(options), values);
    }

    /**
     * Returns the layers whose weights are quantized, in the order of the network.
     *
     * @throws IllegalArgumentException when there are none, one is quantized already, or an ignored layer does not
     *                                  exist
     */
    public static List<Node> layers(Graph graph, QuantizedWeightsOptions options) {
        Map<Value, List<Node>> uses = graph.uses();
        refuseQuantized(graph);
        List<Node> all = graph.nodes().stream().filter(QuantizedWeights::isLayer).toList();
        Set<String> ignored = LayerNames.of(all).matching(options.ignored());
        List<Node> inner = switch (options.ends()) {
            case KEPT -> all.size() < 3 ? List.of() : all.subList(1, all.size() - 1);
            case QUANTIZED -> all;
        };
        List<Node> layers = inner.stream().filter(layer -> !ignored.contains(layer.name())
                && uses.getOrDefault(weight(layer), List.of()).size() == 1).toList();
        if (layers.isEmpty()) {
            throw new IllegalArgumentException("no weight is left to quantize: of " + all.size()
                    + " layers with a weight of their own in f32, " + ignored.size() + " are ignored"
                    + (options.ends() == QuantizedWeightsOptions.Ends.KEPT ? ", and the first and the last stay" : ""));
        }
        return layers;
    }

    private static void refuseQuantized(Graph graph) {
        Set<Value> known = new HashSet<>(graph.variables()); // what depends on variables only
        for (Node node : graph.nodes()) {
            if (known.containsAll(node.inputs())) {
                known.addAll(node.outputs());
            } else if ((node.op() instanceof Convolution || node.op() instanceof Linear)
                    && weight(node).variable() == null && known.contains(weight(node))) {
                throw new IllegalArgumentException("the network is quantized already, at " + node.name()
                        + ": quantize the network that it was made of");
            }
        }
    }

    private static Value weight(Node layer) {
        return layer.inputs().get(1);
    }

    private static boolean isLayer(Node node) {
        return (node.op() instanceof Convolution || node.op() instanceof Linear) && weight(node).isParameter();
    }

    private static Graph rewrite(Graph graph, QuantizedWeightsOptions options) {
        List<Node> layers = layers(graph, options);
        Rewriter rewriter = new Rewriter(graph);
        for (Node node : graph.nodes()) {
            if (layers.contains(node)) {
                Value weight = weight(node);
                rewriter.replace(weight, WeightFormulas.of(options.quantizer(),
                        new Formula(rewriter.builder(), weight.name() + ".quantized"), rewriter.copy(weight), weight));
            }
            rewriter.emit(node, node.op(), node.inputs());
            if (options.activationBits() > 0 && node.op() instanceof Unary unary
                    && unary.function() == UnaryFunction.RELU) {
                rewriter.replace(node.output(), rounded(new Formula(rewriter.builder(), node.name() + ".quantized"),
                        rewriter.copy(node.output()), (1 << options.activationBits()) - 1));
            }
        }
        return rewriter.finish();
    }

    private static Value rounded(Formula formula, Value x, int high) {
        return formula.apply(
                new FakeQuantize(0, high, FakeQuantize.PER_TENSOR), x, formula.number(x, 1.0 / high));
    }
}

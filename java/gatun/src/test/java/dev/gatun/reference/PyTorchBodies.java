package dev.gatun.reference;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.nn.Attention;
import dev.gatun.nn.Embedding;
import dev.gatun.nn.Functions;
import dev.gatun.nn.Layer;
import dev.gatun.nn.LayerNorm;
import dev.gatun.nn.Layers;
import dev.gatun.nn.MultiHeadAttention;
import dev.gatun.nn.PRelu;
import dev.gatun.nn.TensorFunctions;
import dev.gatun.nn.TransformerBlock;
import dev.gatun.nn.recurrent.Gru;
import dev.gatun.nn.recurrent.Lstm;
import dev.gatun.nn.recurrent.RecurrentOptions;
import dev.gatun.nn.recurrent.RecurrentResult;
import dev.gatun.nn.recurrent.RecurrentState;
import dev.gatun.op.Fill;
import dev.gatun.shape.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The cases of {@code golden/operations.py} as graphs. */
final class PyTorchBodies {
    /** What a case makes of its inputs. */
    @FunctionalInterface
    interface Body {
        Value apply(GraphBuilder graph, List<Value> inputs);
    }

    private PyTorchBodies() {}

    static Map<String, Body> all() {
        Map<String, Body> bodies = new LinkedHashMap<>();
        bodies.putAll(activations());
        bodies.putAll(transformers());
        bodies.putAll(recurrents());
        return bodies;
    }

    static Body of(Layer layer) {
        return (graph, inputs) -> layer.apply(graph, "y", inputs.getFirst());
    }

    private static Map<String, Body> transformers() {
        Map<String, Body> bodies = new LinkedHashMap<>();
        bodies.put("softmax", of(Layers.softmax(1)));
        bodies.put("log_softmax", of(Layers.logSoftmax(-1)));
        bodies.put("glu", of(Layers.glu(-1)));
        bodies.put("layer_norm", of(Layers.layerNorm()));
        bodies.put("layer_norm_2", of(new LayerNorm(2, 1e-3)));
        bodies.put("rms_norm", of(Layers.rmsNorm()));
        bodies.put("group_norm", of(Layers.groupNorm(2)));
        bodies.put("instance_norm", of(Layers.instanceNorm()));
        bodies.put("embedding", embedding(new Embedding(5, 3)));
        bodies.put("embedding_padding", embedding(new Embedding(5, 3, 4)));
        bodies.put("stack", (graph, in) -> TensorFunctions.stack(graph, "y", 1, in.get(0), in.get(1)));
        bodies.put("where", (graph, in) -> TensorFunctions.where(graph, "y", Functions.relu(graph, "c", in.get(0)),
                in.get(1),
                in.get(2)));
        bodies.put("permute", (graph, in) -> TensorFunctions.permute(graph, "y", in.getFirst(), 2, 0, 1));
        bodies.put("attention", (graph, in) ->
                Attention.scaledDotProduct(graph, "y", in.get(0), in.get(1), in.get(2), in.get(3)));
        bodies.put("attention_of_heads", (graph, in) ->
                Attention.scaledDotProduct(graph, "y", in.get(0), in.get(1), in.get(2), null));
        bodies.put("attention_without_later_keys", (graph, in) ->
                Attention.causal(graph, "y", in.get(0), in.get(1), in.get(2), 0));
        bodies.put("attention_of_what_is_seen", (graph, in) -> Attention.scaledDotProduct(graph, "y", in.get(0),
                in.get(1), in.get(2), Attention.visible(graph, "mask", seen(graph, in.getFirst()))));
        bodies.put("attention_of_learned_mask", (graph, in) ->
                Attention.scaledDotProduct(graph, "y", in.get(0), in.get(1), in.get(2), in.get(3)));
        bodies.put("multi_head_attention", of(new MultiHeadAttention(2, MultiHeadAttention.Mask.NONE)));
        bodies.put("causal_attention", of(new MultiHeadAttention(2, MultiHeadAttention.Mask.CAUSAL)));
        bodies.put("transformer_block",
                of(new TransformerBlock(new MultiHeadAttention(2, MultiHeadAttention.Mask.NONE), 8)));
        return bodies;
    }

    private static Map<String, Body> recurrents() {
        RecurrentOptions two = RecurrentOptions.DEFAULTS.withLayers(2);
        Map<String, Body> bodies = new LinkedHashMap<>();
        bodies.put("lstm", of(new Lstm(4)));
        bodies.put("gru", of(new Gru(4)));
        bodies.put("lstm_of_both_directions", of(new Lstm(3, two.bidirectional())));
        bodies.put("gru_of_both_directions", of(new Gru(3, two.bidirectional())));
        bodies.put("lstm_without_bias", of(new Lstm(5, RecurrentOptions.DEFAULTS.withoutBias())));
        bodies.put("lstm_from_a_state", (graph, in) -> joined(graph, new Lstm(3, two)
                .run(graph, "y", in.get(0), new RecurrentState(in.get(1), in.get(2)))));
        bodies.put("gru_from_a_state", (graph, in) -> joined(graph, new Gru(3, two.bidirectional())
                .run(graph, "y", in.get(0), new RecurrentState(in.get(1), null))));
        return bodies;
    }

    private static Value joined(GraphBuilder graph, RecurrentResult result) {
        Value cell = result.last().cell();
        Stream<Value> parts = Stream.of(result.output(), result.last().hidden());
        return TensorFunctions.concat(graph, "joined", 0, (cell == null ? parts : Stream.concat(parts, Stream.of(cell)))
                .map(part -> TensorFunctions.reshape(graph, part.name() + ".flat", part,
                        part.type().shape().elements())).toArray(Value[]::new));
    }

    /** The mask of the script: 1 where a key is seen. */
    private static Value seen(GraphBuilder graph, Value like) {
        Value[] numbers = IntStream.of(1, 0, 1, 1, 0, 0, 1, 0, 0, 0, 1, 1, 1, 1, 1).mapToObj(number ->
                graph.apply("number", new Fill(like.type().withShape(Shape.of(1)), number))).toArray(Value[]::new);
        return TensorFunctions.reshape(graph, "seen", TensorFunctions.concat(graph, "numbers", 0, numbers), 3, 5);
    }

    private static Body embedding(Embedding layer) {
        return (graph, inputs) -> layer.apply(graph, "y", inputs.getFirst(),
                graph.build().input("diff").type().dtype());
    }

    private static Map<String, Body> activations() {
        Map<String, Body> bodies = new LinkedHashMap<>();
        bodies.put("leaky_relu", of(Layers.leakyRelu(0.2)));
        bodies.put("relu6", of(Layers.relu6()));
        bodies.put("elu", of(Layers.elu(1.5)));
        bodies.put("selu", of(Layers.selu()));
        bodies.put("gelu", of(Layers.gelu()));
        bodies.put("gelu_tanh", of(Layers.geluTanh()));
        bodies.put("silu", of(Layers.silu()));
        bodies.put("hard_sigmoid", of(Layers.hardSigmoid()));
        bodies.put("hard_swish", of(Layers.hardSwish()));
        bodies.put("softplus", of(Layers.softplus(1.5)));
        bodies.put("mish", of(Layers.mish()));
        bodies.put("prelu", of(new PRelu(3, 0.25)));
        return bodies;
    }
}

package dev.gatun.nn;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;

/**
 * A transformer block with normalisation before each half (Xiong et al., 2020): {@code x + attention(norm1(x))}, then
 * {@code x + linear2(gelu(linear1(norm2(x))))}. Variables are named as in PyTorch's encoder layer: {@code norm1},
 * {@code self_attn}, {@code norm2}, {@code linear1}, {@code linear2}.
 *
 * @param attention attention of the first half
 * @param hidden    width between the two linear layers
 */
public record TransformerBlock(MultiHeadAttention attention, long hidden) implements Layer {
    @Override
    public Value apply(GraphBuilder graph, String name, Value input) {
        Value attended = attention.apply(graph, name + ".self_attn",
                new LayerNorm().apply(graph, name + ".norm1", input));
        Value x = Functions.add(graph, name + ".attended", input, attended);
        Value wide = Layers.linear(hidden).apply(graph, name + ".linear1",
                new LayerNorm().apply(graph, name + ".norm2", x));
        Value narrow = Layers.linear(input.type().shape().extent(-1)).apply(graph, name + ".linear2",
                Layers.gelu().apply(graph, name + ".gelu", wide));
        return Functions.add(graph, name, x, narrow);
    }
}

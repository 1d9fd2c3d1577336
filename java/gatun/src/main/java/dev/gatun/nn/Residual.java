package dev.gatun.nn;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import org.jspecify.annotations.Nullable;

/**
 * A residual block, {@code relu(body(x) + shortcut(x))} (He et al., 2016). The body's layers carry the block's own
 * name, the shortcut's the name {@code downsample}, as in torchvision's checkpoints.
 *
 * @param body     residual branch
 * @param shortcut maps {@code x} to the body's shape; null for the identity
 */
public record Residual(Layer body, @Nullable Layer shortcut) implements Layer {
    @Override
    public Value apply(GraphBuilder graph, String name, Value input) {
        Value residual = body.apply(graph, name, input);
        Value identity = shortcut == null ? input : shortcut.apply(graph, name + ".downsample", input);
        return Layers.relu().apply(graph, name + ".relu", Functions.add(graph, name + ".add", residual, identity));
    }
}

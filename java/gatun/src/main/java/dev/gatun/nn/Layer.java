package dev.gatun.nn;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;

/**
 * A part of a network. It is immutable and holds no variables; applying it adds operations and variables to a graph.
 */
@FunctionalInterface
public interface Layer {
    /**
     * Adds this layer to a graph.
     *
     * @param name  prefix of its variables in checkpoints: {@code layer1.0.conv1}
     * @param input input of the layer
     * @return output of the layer
     */
    Value apply(GraphBuilder graph, String name, Value input);
}

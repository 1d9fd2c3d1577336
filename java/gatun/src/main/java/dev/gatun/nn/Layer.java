package dev.gatun.nn;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;

/** A piece of a network: pure description until it is applied to a graph. */
@FunctionalInterface
public interface Layer {
    /**
     * Adds this layer to a graph.
     *
     * @param name  prefix of its variables in checkpoints: {@code layer1.0.conv1}
     * @param input what it reads
     * @return what it computes
     */
    Value apply(GraphBuilder graph, String name, Value input);
}

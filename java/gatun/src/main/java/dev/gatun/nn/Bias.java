package dev.gatun.nn;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.graph.Variable;
import dev.gatun.shape.Shape;

/** Whether a layer has a bias. */
public enum Bias {
    WITH,
    WITHOUT;

    /** Adds a bias with PyTorch's initialisation: uniform within {@code 1 / sqrt(fan in)} of the weight. */
    static Value variable(GraphBuilder graph, String name, Value input, long outputs, Shape weight) {
        return Scales.accumulated(graph, name + ".bias", Shape.of(outputs), Variable.Kind.BIAS,
                Initializers.uniform(1 / Math.sqrt((double) Initializers.fanIn(weight))), input);
    }
}

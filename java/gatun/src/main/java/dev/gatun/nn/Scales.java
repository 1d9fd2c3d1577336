package dev.gatun.nn;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.graph.Variable;
import dev.gatun.op.LayerNormalization;
import dev.gatun.shape.Shape;

/** Scales and shifts of normalisations. */
final class Scales {
    private Scales() {}

    static Value variable(GraphBuilder graph, String name, Shape shape, float start, Value input) {
        return graph.variable(new Variable(name, shape, Variable.Kind.NORMALIZATION, Initializers.constant(start)),
                input.type().dtype());
    }

    /** The normalised rows of a tensor, without a scale. */
    static Value normalized(GraphBuilder graph, String name, Value rows, double epsilon) {
        return graph.apply(name, new LayerNormalization(1, epsilon, LayerNormalization.Scaling.NONE), rows);
    }
}

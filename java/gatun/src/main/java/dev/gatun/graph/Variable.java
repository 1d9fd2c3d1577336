package dev.gatun.graph;

import dev.gatun.shape.Shape;

/**
 * A tensor that outlives a step: what a checkpoint holds.
 *
 * @param name        the name in checkpoints: {@code layer1.0.conv1.weight}
 * @param shape       the shape in checkpoints; a graph may see the same elements under another shape
 * @param kind        its part in training
 * @param initializer how it begins
 */
public record Variable(String name, Shape shape, Kind kind, Initializer initializer) {
    /** What a variable is to an optimizer. */
    public enum Kind {
        /** A weight: usually decayed. */
        WEIGHT,
        /** A bias: usually not decayed. */
        BIAS,
        /** Scale or shift of a normalisation: usually not decayed. */
        NORMALIZATION,
        /** Not a parameter: updated by the forward pass, without a gradient. */
        BUFFER
    }

    /** The same that begins otherwise. */
    public Variable with(Initializer newInitializer) {
        return new Variable(name, shape, kind, newInitializer);
    }

    /** Whether an optimizer updates it. */
    public boolean isParameter() {
        return kind != Kind.BUFFER;
    }
}

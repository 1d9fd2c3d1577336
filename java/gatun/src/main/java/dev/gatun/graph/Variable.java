package dev.gatun.graph;

import dev.gatun.shape.Shape;

/**
 * A tensor that persists from step to step and is stored in checkpoints.
 *
 * @param name        name in checkpoints: {@code layer1.0.conv1.weight}
 * @param shape       shape in checkpoints; a graph may read the same elements under another shape
 * @param kind        role in training
 * @param initializer initial values
 */
public record Variable(String name, Shape shape, Kind kind, Initializer initializer) {
    /** The role of a variable in training. */
    public enum Kind {
        /** A weight; usually decayed. */
        WEIGHT,
        /** A bias; usually not decayed. */
        BIAS,
        /** Scale or shift of a normalisation; usually not decayed. */
        NORMALIZATION,
        /** Not a parameter: updated by the forward pass, without a gradient. */
        BUFFER
    }

    /** The same that begins otherwise. */
    public Variable with(Initializer newInitializer) {
        return new Variable(name, shape, kind, newInitializer);
    }

    /** Returns whether an optimizer updates it. */
    public boolean isParameter() {
        return kind != Kind.BUFFER;
    }
}

package dev.gatun.compress.distill;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;

/** A loss that compares one tensor of the student with one of the teacher. */
public sealed interface Comparison extends Method
        permits SoftLabels, ScoreDistance, Hint, AttentionTransfer, RelationalDistance, RelationalAngle,
                SimilarityPreserving, CorrelationCongruence {
    /**
     * Adds the loss to a graph. The teacher is a constant: no gradient reaches it.
     *
     * @param name    name of the operations, and prefix of the variables if the loss has any
     * @param student {@code (N, ...)}
     * @param teacher {@code (N, ...)}, of the same batch and element type
     * @return a scalar
     * @throws IllegalArgumentException when the two cannot be compared
     */
    Value apply(GraphBuilder graph, String name, Value student, Value teacher);
}

package dev.gatun.nn.loss;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.nn.Formula;
import dev.gatun.options.WithMethods;

/**
 * {@code max(0, margin - t x)} for each score {@code x} and target {@code t} of 1 or -1. The slope at the corner is 0.
 *
 * @param margin    how far on the right side a score costs nothing
 * @param reduction of the elements
 */
@WithMethods
public record Hinge(double margin, LossReduction reduction) implements Loss, HingeBuilder.With {
    public Hinge {
        Checks.finite("hinge", "margin", margin);
    }

    /** Margin 1, and the mean. */
    public Hinge() {
        this(1, LossReduction.MEAN);
    }

    /** Of scores and targets of one type. */
    public Value apply(GraphBuilder graph, String name, Value scores, Value targets) {
        Checks.equal(name, "scores", scores, "targets", targets);
        Formula f = new Formula(graph, name);
        return reduction.of(f, f.positivePart(f.affine(-1, f.multiply(scores, targets), margin)));
    }
}

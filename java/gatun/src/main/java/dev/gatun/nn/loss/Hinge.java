package dev.gatun.nn.loss;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.nn.Formula;
import dev.gatun.options.WithMethods;

/**
 * The hinge loss, {@code max(0, margin - t x)} for each score {@code x} and target {@code t} of 1 or -1. The slope at
 * the corner is 0.
 *
 * @param margin    value of {@code t x} from which the loss is 0
 * @param reduction reduction over the elements
 */
@WithMethods
public record Hinge(double margin, LossReduction reduction) implements Loss, HingeBuilder.With {
    public Hinge {
        Checks.finite("hinge", "margin", margin);
    }

    /** Creates the loss with margin 1, reduced to the mean. */
    public Hinge() {
        this(1, LossReduction.MEAN);
    }

    /** Adds the loss of scores and targets of one type and shape. */
    public Value apply(GraphBuilder graph, String name, Value scores, Value targets) {
        Checks.equal(name, "scores", scores, "targets", targets);
        Formula f = new Formula(graph, name);
        return reduction.of(f, f.positivePart(f.affine(-1, f.multiply(scores, targets), margin)));
    }
}

package dev.gatun.nn.loss;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.nn.Formula;
import dev.gatun.options.WithMethods;

/**
 * The hinge embedding loss: for each distance {@code x}, {@code x} where the target is 1, {@code max(0, margin - x)}
 * where it is -1. The slope at the corner is 0.
 *
 * @param margin    distance of an unlike pair from which the loss is 0
 * @param reduction reduction over the elements
 */
@WithMethods
public record HingeEmbedding(double margin, LossReduction reduction) implements Loss, HingeEmbeddingBuilder.With {
    public HingeEmbedding {
        Checks.finite("hinge_embedding", "margin", margin);
    }

    /** Creates the loss with margin 1, reduced to the mean. */
    public HingeEmbedding() {
        this(1, LossReduction.MEAN);
    }

    /** Adds the loss of distances and targets of one type and shape. */
    public Value apply(GraphBuilder graph, String name, Value distances, Value targets) {
        Checks.equal(name, "distances", distances, "targets", targets);
        Formula f = new Formula(graph, name);
        return reduction.of(f, Pairs.choose(f, targets, distances, f.positivePart(f.affine(-1, distances, margin))));
    }
}

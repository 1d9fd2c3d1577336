package dev.gatun.nn.loss;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.nn.Formula;
import dev.gatun.op.function.BinaryFunction;
import dev.gatun.options.WithMethods;

/**
 * The triplet margin loss, {@code max(0, margin + d(anchor, positive) - d(anchor, negative))}, where {@code d} is the
 * norm of the difference plus an epsilon (Balntas et al., 2016). The slope at the corner is 0.
 *
 * @param margin    by how much the negative's distance must exceed the positive's; positive
 * @param p         exponent of the norm, at least 1
 * @param epsilon   added to each difference, so that equal vectors have a gradient
 * @param negatives reference of the negative's distance
 * @param reduction reduction over the triplets
 */
@WithMethods
public record TripletMargin(
        double margin, double p, double epsilon, Negatives negatives, LossReduction reduction)
        implements Loss, TripletMarginBuilder.With {
    /** The reference of the negative's distance. */
    public enum Negatives {
        /** The anchor. */
        FROM_ANCHOR,
        /** The anchor or the positive, whichever is nearer: the distance swap. */
        FROM_NEARER
    }

    public TripletMargin {
        Checks.positive("triplet_margin", "margin", margin);
        Checks.notNegative("triplet_margin", "epsilon", epsilon);
    }

    /** Creates the loss with margin 1, the Euclidean norm, epsilon 1e-6, no swap, reduced to the mean. */
    public TripletMargin() {
        this(1, 2, 1e-6, Negatives.FROM_ANCHOR, LossReduction.MEAN);
    }

    /** Adds the loss of anchors, positives and negatives, all {@code (N, features)} and of one type. */
    public Value apply(GraphBuilder graph, String name, Value anchor, Value positive, Value negative) {
        Checks.equal(name, "anchors", anchor, "positives", positive);
        Checks.equal(name, "anchors", anchor, "negatives", negative);
        Formula f = new Formula(graph, name);
        Value near = distance(f, anchor, positive);
        Value far = switch (negatives) {
            case FROM_ANCHOR -> distance(f, anchor, negative);
            case FROM_NEARER -> f.binary(
                    BinaryFunction.MINIMUM, distance(f, anchor, negative), distance(f, positive, negative));
        };
        return reduction.of(f, f.positivePart(f.affine(1, f.subtract(near, far), margin)));
    }

    private Value distance(Formula f, Value a, Value b) {
        return f.over(-1).norm(f.affine(1, f.subtract(a, b), epsilon), p);
    }
}

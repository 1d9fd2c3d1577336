package dev.gatun.nn.loss;

import dev.gatun.graph.Value;
import dev.gatun.nn.Formula;
import dev.gatun.nn.TensorFunctions;
import dev.gatun.op.OneHot;
import dev.gatun.op.Reshape;
import dev.gatun.shape.DType;
import dev.gatun.shape.Shape;
import org.jspecify.annotations.Nullable;

/**
 * Labels of scores {@code (N, classes, ...)} in a formula.
 *
 * @param oneHot   as large as the scores: 1 at the label; all 0 where it is ignored
 * @param weighted the same times the weight of each class
 */
record Labels(Formula f, Value oneHot, Value weighted) {
    /**
     * Labels of a formula.
     *
     * @param labels  {@code (N, ...)} of i32
     * @param weights {@code (classes)}, or null for ones
     */
    static Labels of(Formula f, Value scores, Value labels, long ignored, @Nullable Value weights) {
        Shape shape = classes(f, scores);
        long[] rest = new long[shape.rank() - 1];
        for (int i = 0; i < rest.length; i++) {
            rest[i] = shape.extent(i == 0 ? 0 : i + 1);
        }
        if (labels.type().dtype() != DType.I32 || !labels.type().shape().equals(Shape.of(rest))) {
            throw new IllegalArgumentException(f.name() + ": a label for each of the scores " + shape
                    + " wanted, i32" + Shape.of(rest) + ", got " + labels.type());
        }
        Value oneHot = f.apply(new OneHot(1, shape.extent(1), ignored, scores.type().dtype()), labels);
        return new Labels(f, oneHot, weights == null ? oneHot
                : f.multiply(oneHot, perClass(f, weights, scores)));
    }

    /** The shape of scores, which have classes. */
    static Shape classes(Formula f, Value scores) {
        if (scores.type().shape().rank() < 2) {
            throw new IllegalArgumentException(f.name() + ": scores (N, classes, ...) wanted, got " + scores.type());
        }
        return scores.type().shape();
    }

    /** Weights {@code (classes)} under a shape that broadcasts over scores. */
    static Value perClass(Formula f, Value weights, Value scores) {
        Shape shape = scores.type().shape();
        if (!weights.type().equals(scores.type().withShape(Shape.of(shape.extent(1))))) {
            throw new IllegalArgumentException(f.name() + ": a weight for each of the classes of " + scores.type()
                    + " wanted, got " + weights.type());
        }
        return f.apply(new Reshape(Shape.ones(shape.rank() - 1).with(0, shape.extent(1))), weights);
    }

    /** What stands at the labels; elsewhere 0, even where the values are infinite. */
    Value atLabels(Value values) {
        return TensorFunctions.where(f.graph(), f.name(), oneHot, values, f.number(values, 0));
    }

    /** The same, summed over the classes. */
    Value chosen(Value values) {
        return f.over(1).sum(atLabels(values));
    }

    /** 1 where a label counts, 0 where it is ignored: {@code (N, ...)}. */
    Value counted() {
        return f.over(1).sum(oneHot);
    }

    /** The weight of each label's class, 0 where it is ignored: {@code (N, ...)}. */
    Value weights() {
        return f.over(1).sum(weighted);
    }

    /** A reduction whose mean is weighted: by nothing, NaN, where all labels are ignored. */
    Value reduced(LossReduction reduction, Value each) {
        return switch (reduction) {
            case MEAN -> f.divide(f.over().sum(each), f.over().sum(weighted));
            case BATCH_MEAN, SUM, NONE -> reduction.of(f, each);
        };
    }
}

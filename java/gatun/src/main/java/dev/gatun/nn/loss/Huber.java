package dev.gatun.nn.loss;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.nn.Formula;
import dev.gatun.options.WithMethods;

/**
 * The Huber loss (Huber, 1964): with {@code d = prediction - target}, {@code d^2 / 2} where {@code |d| <= delta},
 * {@code delta * (|d| - delta / 2)} elsewhere. Both are {@code c * (d - c / 2)}, where {@code c} is {@code d} clipped
 * to {@code [-delta, delta]}, and {@code c} is the gradient.
 *
 * @param delta     magnitude of {@code d} from which the loss is linear; positive
 * @param reduction reduction over the elements
 */
@WithMethods
public record Huber(double delta, LossReduction reduction) implements Loss, HuberBuilder.With {
    public Huber {
        Checks.positive("huber", "delta", delta);
    }

    /** Creates the loss with delta 1, reduced to the mean. */
    public Huber() {
        this(1, LossReduction.MEAN);
    }

    /** Adds the loss of a prediction and a target of one type and shape. */
    public Value apply(GraphBuilder graph, String name, Value prediction, Value target) {
        Checks.prediction(name, prediction, target);
        Formula f = new Formula(graph, name);
        return reduction.of(f, each(f, f.subtract(prediction, target), delta));
    }

    static Value each(Formula f, Value distance, double delta) {
        Value clipped = f.clip(-delta, distance, delta);
        return f.multiply(clipped, f.subtract(distance, f.times(0.5, clipped)));
    }
}

package dev.gatun.nn.loss;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.nn.Formula;
import dev.gatun.op.function.UnaryFunction;

/**
 * The squared error, {@code (prediction - target)^2} for each element.
 *
 * @param reduction reduction over the elements
 */
public record MeanSquaredError(LossReduction reduction) implements Loss {
    /** Creates the loss reduced to the mean. */
    public MeanSquaredError() {
        this(LossReduction.MEAN);
    }

    /** Adds the loss of a prediction and a target of one type and shape. */
    public Value apply(GraphBuilder graph, String name, Value prediction, Value target) {
        Checks.prediction(name, prediction, target);
        Formula f = new Formula(graph, name);
        return reduction.of(f, f.unary(UnaryFunction.SQUARE, f.subtract(prediction, target)));
    }
}

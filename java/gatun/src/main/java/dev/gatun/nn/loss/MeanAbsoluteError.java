package dev.gatun.nn.loss;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.nn.Formula;
import dev.gatun.op.function.UnaryFunction;

/**
 * The absolute error, {@code |prediction - target|} for each element.
 *
 * @param reduction reduction over the elements
 */
public record MeanAbsoluteError(LossReduction reduction) implements Loss {
    /** Creates the loss reduced to the mean. */
    public MeanAbsoluteError() {
        this(LossReduction.MEAN);
    }

    /** Adds the loss of a prediction and a target of one type and shape. */
    public Value apply(GraphBuilder graph, String name, Value prediction, Value target) {
        Checks.prediction(name, prediction, target);
        Formula f = new Formula(graph, name);
        return reduction.of(f, f.unary(UnaryFunction.ABS, f.subtract(prediction, target)));
    }
}

package dev.gatun.nn.loss;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.nn.Formula;
import dev.gatun.nn.TensorFunctions;
import dev.gatun.op.function.UnaryFunction;
import dev.gatun.options.WithMethods;

/**
 * The Kullback-Leibler divergence {@code p (log p - log q)} from {@code q} to a target distribution {@code p}, for each
 * class. For scores at a temperature {@code T} it is {@code T^2} times the divergence of {@code softmax(scores / T)},
 * so that its gradient does not shrink with {@code T} (Hinton et al., 2015).
 *
 * @param temperature divisor of the scores; positive
 * @param reduction   reduction over the classes of all examples; {@link LossReduction#MEAN} divides by the number of
 *                    classes too
 */
@WithMethods
public record KlDivergence(double temperature, LossReduction reduction) implements Loss, KlDivergenceBuilder.With {
    public KlDivergence {
        Checks.positive("kl_divergence", "temperature", temperature);
    }

    /** Creates the loss with temperature 1, summed over classes and averaged over the batch. */
    public KlDivergence() {
        this(1, LossReduction.BATCH_MEAN);
    }

    /**
     * Adds the loss of scores, before any softmax.
     *
     * @param scores  {@code (N, classes, ...)}
     * @param teacher target scores, of the same type
     */
    public Value apply(GraphBuilder graph, String name, Value scores, Value teacher) {
        Checks.equal(name, "scores", scores, "the teacher's", teacher);
        Formula f = new Formula(graph, name);
        Value wanted = logProbabilities(f, teacher);
        Value given = logProbabilities(f, scores);
        Value each = f.multiply(f.unary(UnaryFunction.EXP, wanted), f.subtract(wanted, given));
        return reduction.of(f, f.times(temperature * temperature, each));
    }

    private Value logProbabilities(Formula f, Value scores) {
        return TensorFunctions.logSoftmax(f.graph(), f.name(), f.times(1 / temperature, scores), 1);
    }

    /**
     * Adds the loss of distributions; the temperature is not used. Where a target probability is 0, the loss is 0; the
     * gradient with respect to it, which would be minus infinity, is then that of {@code -p log q} alone.
     *
     * @param logProbabilities {@code log q}
     * @param wanted           {@code p}, of the same type
     */
    public Value ofProbabilities(GraphBuilder graph, String name, Value logProbabilities, Value wanted) {
        Checks.equal(name, "log-probabilities", logProbabilities, "what is wanted", wanted);
        Formula f = new Formula(graph, name);
        Value none = f.atMost(wanted, 0);
        Value logarithm = f.unary(UnaryFunction.LOG, f.add(wanted, none));
        return reduction.of(f, f.multiply(wanted, f.subtract(logarithm, logProbabilities)));
    }
}

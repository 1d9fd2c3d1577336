package dev.gatun.update.rule;

import dev.gatun.options.WithMethods;
import dev.gatun.shape.Shape;
import dev.gatun.shape.Stored;
import dev.gatun.update.Domain;
import dev.gatun.update.ElementRange;
import dev.gatun.update.Hyperparameters;
import dev.gatun.update.RuleFamily;
import dev.gatun.update.RuleState;
import dev.gatun.update.UpdateRule;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Adafactor (Shazeer and Stern, 2018) as PyTorch defines it, without a first moment. With {@code rho =
 * min(learningRate, 1 / sqrt(t))}, {@code q = t^beta2Decay} and norms over one tensor of n elements: a matrix keeps the
 * means of g^2 over its rows and columns, {@code r <- r + q * (row means - r)},
 * {@code k <- k + q * (column means - k)}, and {@code v = r * k / max(mean of r, epsilon1)}; a vector keeps
 * {@code v <- v + q * (g^2 - v)}; {@code u = g / sqrt(max(v, epsilon1^2))};
 * {@code w <- w * (1 - learningRate * weightDecay)
 * - rho * max(epsilon2, |w| / sqrt(n)) / max(1, |u| / (threshold * sqrt(n))) * u}.
 *
 * <p>A weight of more than two dimensions is the matrix of its outputs by all the rest. PyTorch takes the last two
 * dimensions of a convolution's kernel instead, so figures agree with it for matrices and vectors.
 *
 * @param threshold bound of the root mean square of u, above which a step is shortened; at least 1
 */
@WithMethods
public record AdafactorHyperparameters(
        double learningRate, double beta2Decay, double epsilon1, double epsilon2, double threshold, double weightDecay,
        Direction direction)
        implements Hyperparameters, AdafactorHyperparametersBuilder.With {

    private static final String ROW_VARIANCE = "row_var";
    private static final String COLUMN_VARIANCE = "col_var";
    private static final String VARIANCE = "variance";

    /** The rule. */
    public static final UpdateRule RULE = UpdateRule.of("adafactor", RuleFamily.TENSOR, AdafactorHyperparameters.class,
            RuleState.nonNegative(ROW_VARIANCE),
            RuleState.nonNegative(COLUMN_VARIANCE), RuleState.nonNegative(VARIANCE));

    /** Learning rate 1e-2, beta2 decay -0.8, epsilons of an f32's and 1e-3, threshold 1, no decay. */
    public static final AdafactorHyperparameters DEFAULTS =
            new AdafactorHyperparameters(1e-2, -0.8, Math.ulp(1f), 1e-3, 1, 0, Direction.MINIMIZE);

    public AdafactorHyperparameters {
        Domain.atLeastZero("adafactor", "learning rate", learningRate);
        Domain.finite("adafactor", "beta2 decay", beta2Decay);
        Domain.atLeastZero("adafactor", "epsilon1", epsilon1);
        Domain.atLeastZero("adafactor", "epsilon2", epsilon2);
        Domain.finite("adafactor", "threshold", threshold);
        Domain.atLeastZero("adafactor", "weight decay", weightDecay);
        if (beta2Decay > 0 || epsilon1 == 0 || threshold < 1) {
            throw new IllegalArgumentException(
                    "adafactor: the decay of beta2 must be at most 0, epsilon1 above 0 and the"
                    + " threshold at least 1, got " + beta2Decay + ", " + epsilon1 + " and " + threshold);
        }
    }

    /** Returns a copy with other lower bounds: of the roots of variances, and of the weights' root mean square. */
    public AdafactorHyperparameters withEpsilons(double newEpsilon1, double newEpsilon2) {
        return new AdafactorHyperparameters(
                learningRate, beta2Decay, newEpsilon1, newEpsilon2, threshold, weightDecay, direction);
    }

    @Override
    public boolean perTensor() {
        return true;
    }

    @Override
    public UpdateRule rule() {
        return RULE;
    }

    @Override
    public void checkRange(ElementRange range) {
        Stored tensor = range.tensor();
        if (tensor != null && tensor.type().shape().rank() < 2
                && tensor.elements() != tensor.type().shape().elements()) {
            throw new IllegalArgumentException("adafactor: a vector must lie without padding, got " + tensor);
        }
    }

    @Override
    public boolean elementwiseStates() {
        return false;
    }

    @Override
    public Map<String, Shape> stateShapes(Shape tensor) {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        if (tensor.rank() < 2) {
            shapes.put(VARIANCE, tensor);
        } else {
            long rows = tensor.extent(0);
            shapes.put(ROW_VARIANCE, Shape.of(rows, 1));
            shapes.put(COLUMN_VARIANCE, Shape.of(1, rows == 0 ? 0 : tensor.elements() / rows));
        }
        return shapes;
    }

    @Override
    public void follow(long t, int rows, double[] weights, double[] gradients, double[][] states) {
        AdafactorForm.step(this, t, rows, weights, gradients, states);
    }
}

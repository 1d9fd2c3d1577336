package dev.gatun.update.rule;

import dev.gatun.options.WithMethods;
import dev.gatun.update.Domain;
import dev.gatun.update.ElementwiseHyperparameters;
import dev.gatun.update.L1;
import dev.gatun.update.Penalties;
import dev.gatun.update.RuleFamily;
import dev.gatun.update.UpdateRule;

/**
 * Mirror descent with the hyperbolic entropy (Ghai, Hazan and Singer, 2020), the exponentiated gradient for weights of
 * both signs: {@code w <- beta * sinh(asinh(w / beta) - learningRate * g)}. A weight far below beta moves by
 * {@code beta * learningRate * g}, as in gradient descent; one far above it by the factor
 * {@code exp(-learningRate * sign(w) * g)}, as in the exponentiated gradient (Kivinen and Warmuth, 1997), so that a
 * learning rate is a share of the weight. It has no state. {@code learningRate * g} is held in -16 to 16, which is a
 * factor of ten million.
 *
 * @param beta the magnitude between the two, in 1e-15 to 1e15
 */
@WithMethods
public record EntropicHyperparameters(
        double learningRate, double beta, double weightDecay, double l1, L1 l1Method, Direction direction)
        implements ElementwiseHyperparameters, EntropicHyperparametersBuilder.With {

    /** The rule. */
    public static final UpdateRule RULE =
            UpdateRule.of("entropic", RuleFamily.MOMENTUM, EntropicHyperparameters.class);

    /** Learning rate 0.1, beta 0.1, no decay. */
    public static final EntropicHyperparameters DEFAULTS =
            new EntropicHyperparameters(0.1, 0.1, 0, 0, L1.SUBGRADIENT, Direction.MINIMIZE);

    private static final double LARGEST_STEP = 16;

    public EntropicHyperparameters {
        Domain.atLeastZero("entropic", "learning rate", learningRate);
        if (!(beta >= 1e-15 && beta <= 1e15)) {
            throw new IllegalArgumentException("entropic: beta must lie in 1e-15 to 1e15, got " + beta);
        }
        Domain.atLeastZero("entropic", "weight decay", weightDecay);
        Domain.l1("entropic", learningRate, l1);
    }

    @Override
    public UpdateRule rule() {
        return RULE;
    }

    /** {@inheritDoc} There is no state. */
    @Override
    public double follow(long t, double weight, double gradient, double[] state) {
        double g = Gradients.of(direction, Penalties.subgradient(this), weightDecay, weight, gradient);
        double step = learningRate * g;
        if (Double.isNaN(step)) {
            return Double.NaN;
        }
        double x = weight / beta;
        double mirrored = Math.signum(x) * Math.log1p(Math.abs(x) + x * x / (1 + Math.sqrt(1 + x * x))); // asinh
        return beta * Math.sinh(mirrored - Math.clamp(step, -LARGEST_STEP, LARGEST_STEP));
    }
}

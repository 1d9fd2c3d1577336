package dev.gatun.update.rule;

import dev.gatun.options.WithMethods;
import dev.gatun.update.Domain;
import dev.gatun.update.ElementwiseHyperparameters;
import dev.gatun.update.L1;
import dev.gatun.update.Penalties;
import dev.gatun.update.RuleFamily;
import dev.gatun.update.UpdateRule;

/**
 * Mirror descent with the potential {@code sum |w|^p / p} (Azizan, Lale and Hassibi, 2021):
 * {@code z = sign(w) * |w|^(p-1) - learningRate * g}; {@code w <- sign(z) * |z|^(1/(p-1))}. With p = 2 it is gradient
 * descent. Of the weights that fit the data it finds those nearest to the first ones in this potential: sparse ones
 * with p near 1, even ones with a large p. It has no state. A weight without a gradient stays. Powers for p other than
 * 1.5, 2 and 3 are taken in double, one element at a time.
 *
 * @param p the power, in 1.01 to 100
 */
@WithMethods
public record PNormHyperparameters(
        double learningRate, double p, double weightDecay, double l1, L1 l1Method, Direction direction)
        implements ElementwiseHyperparameters, PNormHyperparametersBuilder.With {

    /** The rule. */
    public static final UpdateRule RULE = UpdateRule.of("p_norm", RuleFamily.MOMENTUM, PNormHyperparameters.class);

    /** Learning rate 1e-3, p = 3, no decay. */
    public static final PNormHyperparameters DEFAULTS =
            new PNormHyperparameters(1e-3, 3, 0, 0, L1.SUBGRADIENT, Direction.MINIMIZE);

    public PNormHyperparameters {
        Domain.atLeastZero("p-norm", "learning rate", learningRate);
        if (!(p >= 1.01 && p <= 100)) {
            throw new IllegalArgumentException("p-norm: p must lie in 1.01 to 100, got " + p);
        }
        Domain.atLeastZero("p-norm", "weight decay", weightDecay);
        Domain.l1("p-norm", learningRate, l1);
    }

    @Override
    public String optimizerName() {
        return "p-norm";
    }

    @Override
    public UpdateRule rule() {
        return RULE;
    }

    /** {@inheritDoc} There is no state. */
    @Override
    public double follow(long t, double weight, double gradient, double[] state) {
        double step = learningRate
                * Gradients.of(direction, Penalties.subgradient(this), weightDecay, weight, gradient);
        return step == 0 ? weight : power(power(weight, p - 1) - step, 1 / (p - 1));
    }

    private static double power(double value, double exponent) {
        return Math.signum(value) * Math.pow(Math.abs(value), exponent);
    }
}

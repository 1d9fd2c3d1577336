package dev.gatun.update.rule;

import dev.gatun.options.WithMethods;
import dev.gatun.update.Domain;
import dev.gatun.update.ElementwiseHyperparameters;
import dev.gatun.update.L1;
import dev.gatun.update.Penalties;
import dev.gatun.update.RuleFamily;
import dev.gatun.update.RuleState;
import dev.gatun.update.UpdateRule;
import dev.gatun.update.WithBetas;

/**
 * Adamax (Kingma and Ba, 2015) as PyTorch defines it: {@code m <- beta1 * m + (1 - beta1) * g};
 * {@code u <- max(beta2 * u, |g| + epsilon)}; {@code w <- w - learningRate / (1 - beta1^t) * m / u}.
 */
@WithMethods
public record AdamaxHyperparameters(
        double learningRate, double beta1, double beta2, double epsilon, double weightDecay, double l1, L1 l1Method,
        Direction direction)
        implements ElementwiseHyperparameters, AdamaxHyperparametersBuilder.With, WithBetas {

    /** The rule. */
    public static final UpdateRule RULE = UpdateRule.of("adamax", RuleFamily.ADAM, AdamaxHyperparameters.class,
            RuleState.signed("exp_avg"), RuleState.nonNegative("exp_inf"));

    /** Learning rate 2e-3, betas 0.9 and 0.999, epsilon 1e-8, no decay. */
    public static final AdamaxHyperparameters DEFAULTS =
            new AdamaxHyperparameters(2e-3, 0.9, 0.999, 1e-8, 0, 0, L1.SUBGRADIENT, Direction.MINIMIZE);

    public AdamaxHyperparameters {
        Domain.atLeastZero("adamax", "learning rate", learningRate);
        Domain.share("adamax", "beta1", beta1);
        Domain.share("adamax", "beta2", beta2);
        Domain.atLeastZero("adamax", "epsilon", epsilon);
        Domain.atLeastZero("adamax", "weight decay", weightDecay);
        Domain.l1("adamax", learningRate, l1);
    }

    public AdamaxHyperparameters withBetas(double newBeta1, double newBeta2) {
        return withBeta1(newBeta1).withBeta2(newBeta2);
    }

    @Override
    public UpdateRule rule() {
        return RULE;
    }

    /** {@inheritDoc} The states are the first moment and the infinity norm. */
    @Override
    public double follow(long t, double weight, double gradient, double[] state) {
        double g = Gradients.of(direction, Penalties.subgradient(this), weightDecay, weight, gradient);
        state[0] = beta1 * state[0] + (1 - beta1) * g;
        state[1] = Math.max(beta2 * state[1], Math.abs(g) + epsilon);
        return weight - learningRate / (1 - Math.pow(beta1, (double) t)) * state[0] / state[1];
    }
}

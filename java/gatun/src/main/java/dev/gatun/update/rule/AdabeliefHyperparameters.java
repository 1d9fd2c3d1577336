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
 * AdaBelief (Zhuang et al., 2020, algorithm 2): {@code m <- beta1 * m + (1 - beta1) * g};
 * {@code s <- beta2 * s + (1 - beta2) * (g - m)^2 + epsilon};
 * {@code w <- w - learningRate / (1 - beta1^t) * m / (sqrt(s) / sqrt(1 - beta2^t) + epsilon)}.
 */
@WithMethods
public record AdabeliefHyperparameters(
        double learningRate, double beta1, double beta2, double epsilon, double weightDecay, double l1, L1 l1Method,
        Decay decay, Direction direction)
        implements ElementwiseHyperparameters, AdabeliefHyperparametersBuilder.With, WithBetas {

    /** The rule. */
    public static final UpdateRule RULE = UpdateRule.of("adabelief", RuleFamily.ADAM, AdabeliefHyperparameters.class,
            RuleState.signed("exp_avg"), RuleState.nonNegative("exp_avg_var"));

    /** Learning rate 1e-3, betas 0.9 and 0.999, epsilon 1e-16 as in the authors' package, no decay. */
    public static final AdabeliefHyperparameters DEFAULTS = new AdabeliefHyperparameters(
            1e-3, 0.9, 0.999, 1e-16, 0, 0, L1.SUBGRADIENT, Decay.COUPLED, Direction.MINIMIZE);

    public AdabeliefHyperparameters {
        Domain.atLeastZero("adabelief", "learning rate", learningRate);
        Domain.share("adabelief", "beta1", beta1);
        Domain.share("adabelief", "beta2", beta2);
        Domain.atLeastZero("adabelief", "epsilon", epsilon);
        Domain.atLeastZero("adabelief", "weight decay", weightDecay);
        Domain.l1("adabelief", learningRate, l1);
    }

    public AdabeliefHyperparameters withBetas(double newBeta1, double newBeta2) {
        return withBeta1(newBeta1).withBeta2(newBeta2);
    }

    @Override
    public UpdateRule rule() {
        return RULE;
    }

    /** {@inheritDoc} The states are the first moment and the mean square of the deviation of the gradient from it. */
    @Override
    public double follow(long t, double weight, double gradient, double[] state) {
        double w = Gradients.decayed(decay, learningRate, weightDecay, weight);
        double g = Gradients.of(direction, Penalties.subgradient(this),
                Gradients.coupled(decay, weightDecay), weight, gradient);
        double m = beta1 * state[0] + (1 - beta1) * g;
        double s = beta2 * state[1] + (1 - beta2) * (g - m) * (g - m) + epsilon;
        state[0] = m;
        state[1] = s;
        double correction1 = 1 - Math.pow(beta1, (double) t);
        double correction2 = 1 - Math.pow(beta2, (double) t);
        double denominator = Math.sqrt(s) / Math.sqrt(correction2) + epsilon;
        return w - learningRate / correction1 * m / denominator;
    }
}

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
 * RAdam (Liu et al., 2020) as PyTorch defines it: moments as Adam's; {@code R = 2 / (1 - beta2) - 1};
 * {@code r = R - 2 * t * beta2^t / (1 - beta2^t)}; while {@code r <= 5},
 * {@code w <- w - learningRate * m / (1 - beta1^t)}; then {@code m / (sqrt(v) + epsilon) * sqrt(1 - beta2^t)} in place
 * of {@code m}, multiplied by
 * {@code sqrt((r - 4) * (r - 2) * R / ((R - 4) * (R - 2) * r))}.
 */
@WithMethods
public record RadamHyperparameters(
        double learningRate, double beta1, double beta2, double epsilon, double weightDecay, double l1, L1 l1Method,
        Decay decay, Direction direction)
        implements ElementwiseHyperparameters, RadamHyperparametersBuilder.With, WithBetas {

    /** The rule. */
    public static final UpdateRule RULE = UpdateRule.of("radam", RuleFamily.ADAM, RadamHyperparameters.class,
            RuleState.signed("exp_avg"), RuleState.nonNegative("exp_avg_sq"));

    /** Learning rate 1e-3, betas 0.9 and 0.999, epsilon 1e-8, no decay. */
    public static final RadamHyperparameters DEFAULTS =
            new RadamHyperparameters(1e-3, 0.9, 0.999, 1e-8, 0, 0, L1.SUBGRADIENT, Decay.COUPLED, Direction.MINIMIZE);

    public RadamHyperparameters {
        Domain.atLeastZero("radam", "learning rate", learningRate);
        Domain.share("radam", "beta1", beta1);
        Domain.share("radam", "beta2", beta2);
        Domain.atLeastZero("radam", "epsilon", epsilon);
        Domain.atLeastZero("radam", "weight decay", weightDecay);
        Domain.l1("radam", learningRate, l1);
    }

    public RadamHyperparameters withBetas(double newBeta1, double newBeta2) {
        return withBeta1(newBeta1).withBeta2(newBeta2);
    }

    @Override
    public UpdateRule rule() {
        return RULE;
    }

    /** {@inheritDoc} The states are both moments. */
    @Override
    public double follow(long t, double weight, double gradient, double[] state) {
        double w = Gradients.decayed(decay, learningRate, weightDecay, weight);
        double g = Gradients.of(direction, Penalties.subgradient(this),
                Gradients.coupled(decay, weightDecay), weight, gradient);
        state[0] = Gradients.averaged(beta1, state[0], g);
        state[1] = beta2 * state[1] + (1 - beta2) * g * g;
        double correction1 = 1 - Math.pow(beta1, (double) t);
        double correction2 = 1 - Math.pow(beta2, (double) t);
        double longest = 2 / (1 - beta2) - 1;
        double length = longest - 2 * t * (1 - correction2) / correction2;
        double update = state[0] / correction1;
        if (length > 5) {
            double rectification = Math.sqrt((length - 4) * (length - 2) * longest
                    / ((longest - 4) * (longest - 2) * length));
            update *= rectification * Math.sqrt(correction2) / (Math.sqrt(state[1]) + epsilon);
        }
        return w - learningRate * update;
    }
}

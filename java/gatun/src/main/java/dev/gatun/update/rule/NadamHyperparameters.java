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
 * NAdam (Dozat, 2016) as PyTorch defines it: moments as Adam's;
 * {@code mu_t = beta1 * (1 - 0.96^(t * momentumDecay) / 2)},
 * {@code P = mu_1 * ... * mu_t}; {@code D = sqrt(v / (1 - beta2^t)) + epsilon};
 * {@code w <- w - learningRate * ((1 - mu_t) / (1 - P) * g + mu_(t+1) / (1 - P * mu_(t+1)) * m) / D}.
 */
@WithMethods
public record NadamHyperparameters(
        double learningRate, double beta1, double beta2, double epsilon, double weightDecay, double momentumDecay,
        double l1, L1 l1Method, Decay decay, Direction direction)
        implements ElementwiseHyperparameters, NadamHyperparametersBuilder.With, WithBetas {

    /** The rule. */
    public static final UpdateRule RULE = UpdateRule.of("nadam", RuleFamily.ADAM, NadamHyperparameters.class,
            RuleState.signed("exp_avg"), RuleState.nonNegative("exp_avg_sq"));

    /** Learning rate 2e-3, betas 0.9 and 0.999, epsilon 1e-8, momentum decay 4e-3, no weight decay. */
    public static final NadamHyperparameters DEFAULTS =
            new NadamHyperparameters(2e-3, 0.9, 0.999, 1e-8, 0, 4e-3, 0, L1.SUBGRADIENT, Decay.COUPLED,
            Direction.MINIMIZE);

    public NadamHyperparameters {
        Domain.atLeastZero("nadam", "learning rate", learningRate);
        Domain.share("nadam", "beta1", beta1);
        Domain.share("nadam", "beta2", beta2);
        Domain.atLeastZero("nadam", "epsilon", epsilon);
        Domain.atLeastZero("nadam", "weight decay", weightDecay);
        Domain.atLeastZero("nadam", "momentum decay", momentumDecay);
        Domain.l1("nadam", learningRate, l1);
    }

    public NadamHyperparameters withBetas(double newBeta1, double newBeta2) {
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
        state[0] = beta1 * state[0] + (1 - beta1) * g;
        state[1] = beta2 * state[1] + (1 - beta2) * g * g;
        double product = 1;
        for (long i = 1; i <= t; i++) {
            product *= momentumAt(i);
        }
        double now = momentumAt(t);
        double next = momentumAt(t + 1);
        double denominator = Math.sqrt(state[1] / (1 - Math.pow(beta2, (double) t))) + epsilon;
        double update = (1 - now) / (1 - product) * g + next / (1 - product * next) * state[0];
        return w - learningRate * update / denominator;
    }

    private double momentumAt(long t) {
        return beta1 * (1 - 0.5 * Math.pow(0.96, t * momentumDecay));
    }
}

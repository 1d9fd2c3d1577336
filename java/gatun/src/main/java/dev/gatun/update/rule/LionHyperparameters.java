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
 * Lion (Chen et al., 2023) as timm defines it: {@code w <- w * (1 - learningRate * weightDecay)};
 * {@code w <- w - learningRate * sign(beta1 * m + (1 - beta1) * g)}; {@code m <- beta2 * m + (1 - beta2) * g}. After an
 * infinite gradient {@code m} is infinite for one step and NaN from then on; the sign of NaN is 0, so the weight stays.
 */
@WithMethods
public record LionHyperparameters(
        double learningRate, double beta1, double beta2, double weightDecay, double l1, L1 l1Method,
        Direction direction)
        implements ElementwiseHyperparameters, LionHyperparametersBuilder.With, WithBetas {

    /** The rule. */
    public static final UpdateRule RULE = UpdateRule.of("lion", RuleFamily.SCALING, LionHyperparameters.class,
            RuleState.signed("exp_avg"));

    /** Learning rate 1e-4, betas 0.9 and 0.99, no decay. */
    public static final LionHyperparameters DEFAULTS =
            new LionHyperparameters(1e-4, 0.9, 0.99, 0, 0, L1.SUBGRADIENT, Direction.MINIMIZE);

    public LionHyperparameters {
        Domain.atLeastZero("lion", "learning rate", learningRate);
        Domain.share("lion", "beta1", beta1);
        Domain.share("lion", "beta2", beta2);
        Domain.atLeastZero("lion", "weight decay", weightDecay);
        Domain.l1("lion", learningRate, l1);
    }

    public LionHyperparameters withBetas(double newBeta1, double newBeta2) {
        return withBeta1(newBeta1).withBeta2(newBeta2);
    }

    @Override
    public UpdateRule rule() {
        return RULE;
    }

    @Override
    public boolean hasEightBitStates() {
        return true;
    }

    /** {@inheritDoc} The state is the first moment. */
    @Override
    public double follow(long t, double weight, double gradient, double[] state) {
        double w = Gradients.decayed(Decay.DECOUPLED, learningRate, weightDecay, weight);
        double g = Gradients.of(direction, Penalties.subgradient(this), 0, weight, gradient);
        double direction = Gradients.sign(beta1 * state[0] + (1 - beta1) * g);
        state[0] = Gradients.averaged(beta2, state[0], g);
        return w - learningRate * direction;
    }
}

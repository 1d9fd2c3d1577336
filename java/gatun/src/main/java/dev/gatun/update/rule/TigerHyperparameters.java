package dev.gatun.update.rule;

import dev.gatun.options.WithMethods;
import dev.gatun.update.Domain;
import dev.gatun.update.ElementwiseHyperparameters;
import dev.gatun.update.L1;
import dev.gatun.update.Penalties;
import dev.gatun.update.RuleFamily;
import dev.gatun.update.RuleState;
import dev.gatun.update.UpdateRule;
import dev.gatun.update.WithMomentum;

/**
 * Tiger (Su, 2023): {@code m <- momentum * m + (1 - momentum) * g};
 * {@code w <- w - learningRate * (sign(m) + weightDecay * w)}. Its one state is the average of gradients, whose weight
 * the author calls beta. After an infinite gradient a weight stays, as Lion's.
 */
@WithMethods
public record TigerHyperparameters(
        double learningRate, double momentum, double weightDecay, double l1, L1 l1Method, Direction direction)
        implements ElementwiseHyperparameters, TigerHyperparametersBuilder.With, WithMomentum {

    /** The rule. */
    public static final UpdateRule RULE = UpdateRule.of("tiger", RuleFamily.SCALING, TigerHyperparameters.class,
            RuleState.signed("exp_avg"));

    /** Learning rate 1e-3, momentum 0.945, decay 0.01, as the author's package. */
    public static final TigerHyperparameters DEFAULTS =
            new TigerHyperparameters(1e-3, 0.945, 0.01, 0, L1.SUBGRADIENT, Direction.MINIMIZE);

    public TigerHyperparameters {
        Domain.atLeastZero("tiger", "learning rate", learningRate);
        Domain.share("tiger", "momentum", momentum);
        Domain.atLeastZero("tiger", "weight decay", weightDecay);
        Domain.l1("tiger", learningRate, l1);
    }

    @Override
    public boolean needsMomentum() {
        return false;
    }

    @Override
    public UpdateRule rule() {
        return RULE;
    }

    /** {@inheritDoc} The state is the average of gradients. */
    @Override
    public double follow(long t, double weight, double gradient, double[] state) {
        double w = Gradients.decayed(Decay.DECOUPLED, learningRate, weightDecay, weight);
        double g = Gradients.of(direction, Penalties.subgradient(this), 0, weight, gradient);
        state[0] = Gradients.averaged(momentum, state[0], g);
        return w - learningRate * Gradients.sign(state[0]);
    }
}

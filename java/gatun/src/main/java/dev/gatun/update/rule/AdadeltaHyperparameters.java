package dev.gatun.update.rule;

import dev.gatun.options.WithMethods;
import dev.gatun.update.Domain;
import dev.gatun.update.ElementwiseHyperparameters;
import dev.gatun.update.L1;
import dev.gatun.update.Penalties;
import dev.gatun.update.RuleFamily;
import dev.gatun.update.RuleState;
import dev.gatun.update.UpdateRule;

/**
 * Adadelta (Zeiler, 2012) as PyTorch defines it: {@code v <- rho * v + (1 - rho) * g^2};
 * {@code d = g * sqrt(a + epsilon) / sqrt(v + epsilon)}; {@code a <- rho * a + (1 - rho) * d^2};
 * {@code w <- w - learningRate * d}.
 */
@WithMethods
public record AdadeltaHyperparameters(
        double learningRate, double rho, double epsilon, double weightDecay, double l1, L1 l1Method,
        Direction direction)
        implements ElementwiseHyperparameters, AdadeltaHyperparametersBuilder.With {

    /** The rule. */
    public static final UpdateRule RULE = UpdateRule.of("adadelta", RuleFamily.SCALING, AdadeltaHyperparameters.class,
            RuleState.nonNegative("square_avg"), RuleState.nonNegative("acc_delta"));

    /** Learning rate 1, rho 0.9, epsilon 1e-6, no decay. */
    public static final AdadeltaHyperparameters DEFAULTS =
            new AdadeltaHyperparameters(1, 0.9, 1e-6, 0, 0, L1.SUBGRADIENT, Direction.MINIMIZE);

    public AdadeltaHyperparameters {
        Domain.atLeastZero("adadelta", "learning rate", learningRate);
        Domain.share("adadelta", "rho", rho);
        Domain.atLeastZero("adadelta", "epsilon", epsilon);
        Domain.atLeastZero("adadelta", "weight decay", weightDecay);
        Domain.l1("adadelta", learningRate, l1);
    }

    @Override
    public UpdateRule rule() {
        return RULE;
    }

    /** {@inheritDoc} The states are the mean squares of gradients and of steps. */
    @Override
    public double follow(long t, double weight, double gradient, double[] state) {
        double g = Gradients.of(direction, Penalties.subgradient(this), weightDecay, weight, gradient);
        state[0] = rho * state[0] + (1 - rho) * g * g;
        double delta = g * Math.sqrt(state[1] + epsilon) / Math.sqrt(state[0] + epsilon);
        state[1] = rho * state[1] + (1 - rho) * delta * delta;
        return weight - learningRate * delta;
    }
}

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
import java.util.ArrayList;
import java.util.List;

/**
 * RMSprop (Hinton's lectures, 2012; centered: Graves, 2013) as PyTorch defines it:
 * {@code v <- alpha * v + (1 - alpha) * g^2}; centered also {@code q <- alpha * q + (1 - alpha) * g};
 * {@code r = sqrt(v) + epsilon}, or {@code sqrt(max(v - q^2, 0)) + epsilon}; {@code w <- w - learningRate * g / r}, or
 * with momentum {@code b <- momentum * b + g / r}; {@code w <- w - learningRate * b}.
 */
@WithMethods
public record RmspropHyperparameters(
        double learningRate, double alpha, double epsilon, double weightDecay, double momentum, double l1, L1 l1Method,
        Variant variant, Direction direction)
        implements ElementwiseHyperparameters, RmspropHyperparametersBuilder.With, WithMomentum {

    /** The divisor of the gradient. */
    public enum Variant {
        /** The root mean square of the gradients. */
        CLASSIC,
        /** Their estimated standard deviation. */
        CENTERED
    }

    /** The rule. */
    public static final UpdateRule RULE = UpdateRule.of("rmsprop", RuleFamily.SCALING, RmspropHyperparameters.class,
            RuleState.nonNegative("square_avg"), RuleState.signed("grad_avg"), RuleState.signed("momentum_buffer"));

    /** Learning rate 1e-2, alpha 0.99, epsilon 1e-8, everything else off. */
    public static final RmspropHyperparameters DEFAULTS =
            new RmspropHyperparameters(1e-2, 0.99, 1e-8, 0, 0, 0, L1.SUBGRADIENT, Variant.CLASSIC, Direction.MINIMIZE);

    public RmspropHyperparameters {
        Domain.atLeastZero("rmsprop", "learning rate", learningRate);
        Domain.share("rmsprop", "alpha", alpha);
        Domain.atLeastZero("rmsprop", "epsilon", epsilon);
        Domain.atLeastZero("rmsprop", "weight decay", weightDecay);
        Domain.atLeastZero("rmsprop", "momentum", momentum);
        Domain.l1("rmsprop", learningRate, l1);
    }

    @Override
    public boolean needsMomentum() {
        return false;
    }

    @Override
    public UpdateRule rule() {
        return RULE;
    }

    @Override
    public List<String> stateNames() {
        List<String> names = new ArrayList<>(List.of("square_avg"));
        if (variant == Variant.CENTERED) {
            names.add("grad_avg");
        }
        if (momentum != 0) {
            names.add("momentum_buffer");
        }
        return List.copyOf(names);
    }

    /**
     * {@inheritDoc} The states are the mean square, then the mean if centered, then the velocity if there is momentum.
     */
    @Override
    public double follow(long t, double weight, double gradient, double[] state) {
        double g = Gradients.of(direction, Penalties.subgradient(this), weightDecay, weight, gradient);
        state[0] = alpha * state[0] + (1 - alpha) * g * g;
        double variance = state[0];
        if (variant == Variant.CENTERED) {
            state[1] = alpha * state[1] + (1 - alpha) * g;
            variance = Math.max(variance - state[1] * state[1], 0);
        }
        double update = g / (Math.sqrt(variance) + epsilon);
        if (momentum != 0) {
            int velocity = state.length - 1;
            state[velocity] = momentum * state[velocity] + update;
            update = state[velocity];
        }
        return weight - learningRate * update;
    }
}

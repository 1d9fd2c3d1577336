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
 * Adagrad (Duchi, Hazan and Singer, 2011) as PyTorch defines it: {@code s <- s + g^2}, from the initial accumulator;
 * {@code w <- w - learningRate / (1 + (t - 1) * learningRateDecay) * g / (sqrt(s) + epsilon)}.
 */
@WithMethods
public record AdagradHyperparameters(
        double learningRate, double learningRateDecay, double initialAccumulator, double epsilon, double weightDecay,
        double l1, L1 l1Method, Direction direction)
        implements ElementwiseHyperparameters, AdagradHyperparametersBuilder.With {

    /** The rule. */
    public static final UpdateRule RULE = UpdateRule.of("adagrad", RuleFamily.SCALING, AdagradHyperparameters.class,
            RuleState.nonNegative("sum"));

    /** Learning rate 1e-2, epsilon 1e-10, everything else off. */
    public static final AdagradHyperparameters DEFAULTS =
            new AdagradHyperparameters(1e-2, 0, 0, 1e-10, 0, 0, L1.SUBGRADIENT, Direction.MINIMIZE);

    public AdagradHyperparameters {
        Domain.atLeastZero("adagrad", "learning rate", learningRate);
        Domain.atLeastZero("adagrad", "learning rate decay", learningRateDecay);
        Domain.atLeastZero("adagrad", "initial accumulator", initialAccumulator);
        Domain.atLeastZero("adagrad", "epsilon", epsilon);
        Domain.atLeastZero("adagrad", "weight decay", weightDecay);
        Domain.l1("adagrad", learningRate, l1);
    }

    @Override
    public UpdateRule rule() {
        return RULE;
    }

    /** {@inheritDoc} The state is the sum of squares. */
    @Override
    public double follow(long t, double weight, double gradient, double[] state) {
        double g = Gradients.of(direction, Penalties.subgradient(this), weightDecay, weight, gradient);
        state[0] = (t == 1 ? initialAccumulator : state[0]) + g * g;
        double rate = learningRate / (1 + (t - 1) * learningRateDecay);
        return weight - rate * g / (Math.sqrt(state[0]) + epsilon);
    }
}

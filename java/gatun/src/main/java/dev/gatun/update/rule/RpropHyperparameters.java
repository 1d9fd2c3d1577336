package dev.gatun.update.rule;

import dev.gatun.options.WithMethods;
import dev.gatun.update.Domain;
import dev.gatun.update.ElementwiseHyperparameters;
import dev.gatun.update.Hyperparameters;
import dev.gatun.update.RuleFamily;
import dev.gatun.update.RuleState;
import dev.gatun.update.UpdateRule;

/**
 * Rprop (Riedmiller and Braun, 1993) as PyTorch defines it, for gradients of the whole data set: each weight has a step
 * size, from the learning rate, that grows while its gradient keeps its sign and shrinks, without a step, when it
 * turns; {@code w <- w - sign(g) * size}. It has no weight decay.
 */
@WithMethods
public record RpropHyperparameters(
        double learningRate, double decrease, double increase, double smallest, double largest, Direction direction)
        implements ElementwiseHyperparameters, RpropHyperparametersBuilder.With {

    /** The rule. */
    public static final UpdateRule RULE = UpdateRule.of("rprop", RuleFamily.SCALING, RpropHyperparameters.class,
            RuleState.signed("prev"), RuleState.nonNegative("step_size"));

    /** First step size 1e-2, factors 0.5 and 1.2, step sizes from 1e-6 to 50. */
    public static final RpropHyperparameters DEFAULTS =
            new RpropHyperparameters(1e-2, 0.5, 1.2, 1e-6, 50, Direction.MINIMIZE);

    public RpropHyperparameters {
        Domain.atLeastZero("rprop", "learning rate", learningRate);
        Domain.atLeastZero("rprop", "smallest", smallest);
        Domain.atLeastZero("rprop", "largest", largest);
        if (!(decrease > 0 && decrease < 1 && increase > 1 && increase <= Float.MAX_VALUE)) {
            throw new IllegalArgumentException(
                    "rprop: factors must lie in (0, 1) and above 1, got " + decrease + " and " + increase);
        }
        if (smallest > largest) {
            throw new IllegalArgumentException(
                    "rprop: the smallest step size " + smallest + " is above the largest, " + largest);
        }
    }

    /** Returns a copy with other factors of the step sizes: after a change of sign, and without one. */
    public RpropHyperparameters withFactors(double newDecrease, double newIncrease) {
        return new RpropHyperparameters(learningRate, newDecrease, newIncrease, smallest, largest, direction);
    }

    /** Returns a copy with other bounds of the step sizes. */
    public RpropHyperparameters withStepSizes(double newSmallest, double newLargest) {
        return new RpropHyperparameters(learningRate, decrease, increase, newSmallest, newLargest, direction);
    }

    @Override
    public boolean hasWeightDecay() {
        return false;
    }

    /** Returns 0: the rule has no weight decay. */
    @Override
    public double weightDecay() {
        return 0;
    }

    @Override
    public Hyperparameters forExactGradients() {
        return withStepSizes(DEFAULTS.smallest, DEFAULTS.largest);
    }

    @Override
    public UpdateRule rule() {
        return RULE;
    }

    /** {@inheritDoc} The states are the previous gradient and the step size. */
    @Override
    public double follow(long t, double weight, double gradient, double[] state) {
        double g = Gradients.of(direction, 0, 0, weight, gradient);
        double agreement = t == 1 ? 0 : Gradients.sign(g * state[0]);
        double factor = agreement > 0 ? increase : agreement < 0 ? decrease : 1;
        double size = (t == 1 ? learningRate : state[1]) * factor;
        double taken = agreement < 0 ? 0 : g;
        state[0] = taken;
        state[1] = Math.clamp(size, smallest, largest);
        return weight - Gradients.sign(taken) * state[1];
    }
}

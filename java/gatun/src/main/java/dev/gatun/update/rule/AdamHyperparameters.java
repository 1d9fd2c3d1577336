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
import java.util.List;

/**
 * Adam (Kingma and Ba, 2015) and AdamW (Loshchilov and Hutter, 2019) as PyTorch defines them:
 * {@code m <- beta1 * m + (1 - beta1) * g}; {@code v <- beta2 * v + (1 - beta2) * g^2};
 * {@code w <- w - learningRate / (1 - beta1^t) * m / (sqrt(v) / sqrt(1 - beta2^t) + epsilon)}.
 */
@WithMethods
public record AdamHyperparameters(
        double learningRate, double beta1, double beta2, double epsilon, double weightDecay, double l1, L1 l1Method,
        Decay decay, Variant variant, Direction direction)
        implements ElementwiseHyperparameters, AdamHyperparametersBuilder.With, WithBetas {

    /** The second moment that divides the first. */
    public enum Variant {
        /** The current second moment. */
        CLASSIC,
        /** The largest second moment so far (Reddi, Kale and Kumar, 2018), before bias correction. */
        AMSGRAD
    }

    /** The rule. */
    public static final UpdateRule RULE = UpdateRule.of("adam", RuleFamily.ADAM, AdamHyperparameters.class,
            RuleState.signed("exp_avg"), RuleState.nonNegative("exp_avg_sq"), RuleState.nonNegative("max_exp_avg_sq"));

    /** Adam: learning rate 1e-3, betas 0.9 and 0.999, epsilon 1e-8, no decay. */
    public static final AdamHyperparameters ADAM = new AdamHyperparameters(
            1e-3, 0.9, 0.999, 1e-8, 0, 0, L1.SUBGRADIENT, Decay.COUPLED, Variant.CLASSIC, Direction.MINIMIZE);

    /** AdamW: as Adam, with a decoupled decay of 0.01. */
    public static final AdamHyperparameters ADAMW = ADAM.withDecay(Decay.DECOUPLED).withWeightDecay(1e-2);

    public AdamHyperparameters {
        Domain.atLeastZero("adam", "learning rate", learningRate);
        Domain.share("adam", "beta1", beta1);
        Domain.share("adam", "beta2", beta2);
        Domain.atLeastZero("adam", "epsilon", epsilon);
        Domain.atLeastZero("adam", "weight decay", weightDecay);
        Domain.l1("adam", learningRate, l1);
    }

    public AdamHyperparameters withBetas(double newBeta1, double newBeta2) {
        return withBeta1(newBeta1).withBeta2(newBeta2);
    }

    @Override
    public String optimizerName() {
        return switch (decay) {
            case COUPLED -> "adam";
            case DECOUPLED -> "adamw";
        };
    }

    @Override
    public UpdateRule rule() {
        return RULE;
    }

    @Override
    public String label() {
        return variant == Variant.AMSGRAD ? "amsgrad" : RULE.name();
    }

    @Override
    public List<String> stateNames() {
        return variant == Variant.AMSGRAD
                ? List.of("exp_avg", "exp_avg_sq", "max_exp_avg_sq")
                : List.of("exp_avg", "exp_avg_sq");
    }

    @Override
    public boolean hasEightBitStates() {
        return variant == Variant.CLASSIC;
    }

    /** {@inheritDoc} The states are both moments, and for AMSGrad the largest second moment. */
    @Override
    public double follow(long t, double weight, double gradient, double[] state) {
        double w = Gradients.decayed(decay, learningRate, weightDecay, weight);
        double g = Gradients.of(direction, Penalties.subgradient(this),
                Gradients.coupled(decay, weightDecay), weight, gradient);
        state[0] = beta1 * state[0] + (1 - beta1) * g;
        state[1] = beta2 * state[1] + (1 - beta2) * g * g;
        double v = state[1];
        if (variant == Variant.AMSGRAD) {
            state[2] = Math.max(state[2], v);
            v = state[2];
        }
        double correction1 = 1 - Math.pow(beta1, (double) t);
        double correction2 = 1 - Math.pow(beta2, (double) t);
        double denominator = Math.sqrt(v) / Math.sqrt(correction2) + epsilon;
        return w - learningRate / correction1 * state[0] / denominator;
    }
}

package dev.gatun.update.rule;

import dev.gatun.options.WithMethods;
import dev.gatun.update.Domain;
import dev.gatun.update.Hyperparameters;
import dev.gatun.update.RuleFamily;
import dev.gatun.update.RuleState;
import dev.gatun.update.UpdateRule;
import dev.gatun.update.WithBetas;

/**
 * LAMB (You et al., 2020) as timm defines it. Gradients are divided by {@code max(1, N / maxGradientNorm)}, N the norm
 * of all of them; moments as Adam's;
 * {@code u = m / (1 - beta1^t) / (sqrt(v) / sqrt(1 - beta2^t) + epsilon) + weightDecay * w};
 * {@code w <- w - learningRate * |w| / |u| * u}, with norms over one tensor, and 1 for a ratio with a norm of 0.
 *
 * @param maxGradientNorm bound of the norm of all gradients, the same in all groups; 0 for none. It applies to
 *                        gradients clipped by norm, but not yet by value, unlike timm's, which applies to gradients
 *                        clipped by either
 */
@WithMethods
public record LambHyperparameters(
        double learningRate, double beta1, double beta2, double epsilon, double weightDecay, double maxGradientNorm,
        BiasCorrection correction, GradientAveraging averaging, Adaptation adaptation, Trust trust, Direction direction)
        implements Hyperparameters, LambHyperparametersBuilder.With, WithBetas {

    /** Whether the bias of the moments, from their initialisation to zero, is corrected. */
    public enum BiasCorrection {
        ON,
        OFF
    }

    /** Whether the weight of a gradient in the first moment is {@code 1 - beta1} or 1. */
    public enum GradientAveraging {
        ON,
        OFF
    }

    /** The rule. */
    public static final UpdateRule RULE = UpdateRule.of("lamb", RuleFamily.TENSOR, LambHyperparameters.class,
            RuleState.signed("exp_avg"), RuleState.nonNegative("exp_avg_sq"));

    /** Learning rate 1e-3, betas 0.9 and 0.999, epsilon 1e-6, decay 0.01, gradients bounded to a norm of 1. */
    public static final LambHyperparameters DEFAULTS = new LambHyperparameters(
            1e-3, 0.9, 0.999, 1e-6, 0.01, 1, BiasCorrection.ON, GradientAveraging.ON, Adaptation.DECAYED, Trust.FREE,
            Direction.MINIMIZE);

    public LambHyperparameters {
        Domain.atLeastZero("lamb", "learning rate", learningRate);
        Domain.share("lamb", "beta1", beta1);
        Domain.share("lamb", "beta2", beta2);
        Domain.atLeastZero("lamb", "epsilon", epsilon);
        Domain.atLeastZero("lamb", "weight decay", weightDecay);
        Domain.atLeastZero("lamb", "max gradient norm", maxGradientNorm);
    }

    public LambHyperparameters withBetas(double newBeta1, double newBeta2) {
        return withBeta1(newBeta1).withBeta2(newBeta2);
    }

    @Override
    public boolean perTensor() {
        return true;
    }

    @Override
    public Hyperparameters forExactGradients() {
        return withAdaptation(Adaptation.ALWAYS).withWeightDecay(0);
    }

    @Override
    public UpdateRule rule() {
        return RULE;
    }

    @Override
    public void follow(long t, int rows, double[] weights, double[] gradients, double[][] states) {
        LambForm.step(this, t, weights, gradients, states);
    }
}

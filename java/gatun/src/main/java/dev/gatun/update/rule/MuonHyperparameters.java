package dev.gatun.update.rule;

import dev.gatun.options.WithMethods;
import dev.gatun.shape.Shape;
import dev.gatun.update.Domain;
import dev.gatun.update.ElementRange;
import dev.gatun.update.Hyperparameters;
import dev.gatun.update.RuleFamily;
import dev.gatun.update.RuleState;
import dev.gatun.update.UpdateRule;
import dev.gatun.update.WithMomentum;

/**
 * Muon (Jordan et al., 2024) as PyTorch defines it, for matrices: {@code m <- momentum * m + (1 - momentum) * g};
 * {@code X} is {@code m}, or {@code momentum * m + (1 - momentum) * g} with Nesterov's look-ahead, over its Frobenius
 * norm; {@code steps} times {@code A = X X', X <- (a + b * A + c * A^2) X}, which brings all singular values near 1;
 * {@code w <- w * (1 - learningRate * weightDecay) - learningRate * f * X}, where the adjustment says f.
 *
 * <p>A weight of more than two dimensions is the matrix of its outputs by all the rest. Parameters of one dimension go
 * by AdamW with the same learning rate and decay. PyTorch multiplies in bf16, this engine in f32.
 *
 * @param steps   number of Newton-Schulz iterations, below 100
 * @param epsilon lower bound of the norm that X is divided by
 */
@WithMethods
public record MuonHyperparameters(
        double learningRate, double weightDecay, double momentum, Momentum variant, int steps, double a, double b,
        double c,
        double epsilon, Adjustment adjustment, Direction direction)
        implements Hyperparameters, MuonHyperparametersBuilder.With, WithMomentum {

    /** The form of momentum. */
    public enum Momentum {
        /** Polyak's heavy ball. */
        CLASSIC,
        /** Nesterov's momentum. */
        NESTEROV
    }

    /** The factor of the learning rate for a matrix of a given shape. */
    public enum Adjustment {
        /** {@code sqrt(max(1, rows / columns))} (Jordan). */
        ORIGINAL,
        /** {@code 0.2 * sqrt(max(rows, columns))} (Liu et al., 2025), so that steps are as large as AdamW's. */
        MATCH_RMS_ADAMW
    }

    private static final int MOST_STEPS = 99;

    /** The rule. */
    public static final UpdateRule RULE = UpdateRule.of("muon", RuleFamily.TENSOR, MuonHyperparameters.class,
            RuleState.signed("momentum_buffer"));

    /**
     * Learning rate 1e-3, decay 0.1, Nesterov momentum 0.95, 5 steps with 3.4445, -4.775 and 2.0315, epsilon 1e-7, the
     * original adjustment.
     */
    public static final MuonHyperparameters DEFAULTS = new MuonHyperparameters(1e-3, 0.1, 0.95, Momentum.NESTEROV, 5,
            3.4445,
            -4.775, 2.0315, 1e-7, Adjustment.ORIGINAL, Direction.MINIMIZE);

    public MuonHyperparameters {
        Domain.atLeastZero("muon", "learning rate", learningRate);
        Domain.atLeastZero("muon", "weight decay", weightDecay);
        Domain.share("muon", "momentum", momentum);
        Domain.finite("muon", "coefficient a", a);
        Domain.finite("muon", "coefficient b", b);
        Domain.finite("muon", "coefficient c", c);
        Domain.atLeastZero("muon", "epsilon", epsilon);
        if (steps < 0 || steps > MOST_STEPS) {
            throw new IllegalArgumentException("muon: steps must lie between 0 and " + MOST_STEPS + ", got " + steps);
        }
    }

    @Override
    public boolean needsMomentum() {
        return false;
    }

    public MuonHyperparameters withCoefficients(double newA, double newB, double newC) {
        return new MuonHyperparameters(learningRate, weightDecay, momentum, variant, steps, newA, newB, newC, epsilon,
                adjustment, direction);
    }

    @Override
    public boolean perTensor() {
        return true;
    }

    @Override
    public void checkRange(ElementRange range) {
        if (range.shape() == null || range.shape().rank() < 2) {
            throw new IllegalArgumentException("muon is for tensors of two or more dimensions, got " + range
                    + ": give other parameters to a group of another rule, such as adamw");
        }
    }

    @Override
    public Hyperparameters suitedTo(Shape shape) {
        return shape.rank() >= 2
                ? this
                : AdamHyperparameters.ADAMW.withLearningRate(learningRate).withWeightDecay(weightDecay)
                .withDirection(direction);
    }

    @Override
    public UpdateRule rule() {
        return RULE;
    }

    @Override
    public void follow(long t, int rows, double[] weights, double[] gradients, double[][] states) {
        MuonForm.step(this, rows, weights, gradients, states[0]);
    }
}

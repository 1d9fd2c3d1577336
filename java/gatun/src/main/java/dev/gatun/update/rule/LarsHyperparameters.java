package dev.gatun.update.rule;

import dev.gatun.options.WithMethods;
import dev.gatun.update.Domain;
import dev.gatun.update.Hyperparameters;
import dev.gatun.update.RuleFamily;
import dev.gatun.update.RuleState;
import dev.gatun.update.UpdateRule;
import dev.gatun.update.WithMomentum;
import java.util.List;

/**
 * LARS (You, Gitman and Ginsburg, 2017) as timm defines it: {@code f = trustCoefficient * |w| / (|g| + weightDecay *
 * |w| + epsilon)}, with norms over one tensor, and 1 where one of them is 0; {@code g <- f * (g + weightDecay * w)};
 * then as {@linkplain SgdHyperparameters SGD}.
 */
@WithMethods
public record LarsHyperparameters(
        double learningRate, double momentum, double dampening, double weightDecay, double trustCoefficient,
        double epsilon, Momentum variant, Adaptation adaptation, Trust trust, Direction direction)
        implements Hyperparameters, LarsHyperparametersBuilder.With, WithMomentum {

    /** The form of momentum. */
    public enum Momentum {
        /** Polyak's heavy ball. */
        CLASSIC,
        /** Nesterov's momentum; requires a momentum above 0 and no dampening. */
        NESTEROV
    }

    /** The rule. */
    public static final UpdateRule RULE = UpdateRule.of("lars", RuleFamily.TENSOR, LarsHyperparameters.class,
            RuleState.signed("momentum_buffer"));

    /** Learning rate 1, trust coefficient 1e-3, epsilon 1e-8, no momentum, no decay. */
    public static final LarsHyperparameters DEFAULTS = new LarsHyperparameters(
            1, 0, 0, 0, 1e-3, 1e-8, Momentum.CLASSIC, Adaptation.DECAYED, Trust.FREE, Direction.MINIMIZE);

    public LarsHyperparameters {
        Domain.atLeastZero("lars", "learning rate", learningRate);
        Domain.atLeastZero("lars", "momentum", momentum);
        Domain.finite("lars", "dampening", dampening);
        Domain.atLeastZero("lars", "weight decay", weightDecay);
        Domain.atLeastZero("lars", "trust coefficient", trustCoefficient);
        Domain.atLeastZero("lars", "epsilon", epsilon);
        if (variant == Momentum.NESTEROV && (momentum <= 0 || dampening != 0)) {
            throw new IllegalArgumentException("lars: Nesterov momentum needs momentum above 0 and dampening 0, got"
                    + " momentum " + momentum + ", dampening " + dampening);
        }
        if (needsLearningRate(trust) && learningRate == 0) {
            throw new IllegalArgumentException("lars: a bounded trust ratio needs a learning rate above 0");
        }
    }

    @Override
    public boolean perTensor() {
        return true;
    }

    @Override
    public boolean needsLearningRate() {
        return needsLearningRate(trust);
    }

    /** A ratio that is bounded is divided by the learning rate first. */
    private static boolean needsLearningRate(Trust trust) {
        return trust == Trust.AT_MOST_ONE;
    }

    @Override
    public boolean needsMomentum() {
        return variant == Momentum.NESTEROV;
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
    public List<String> stateNames() {
        return momentum == 0 ? List.of() : List.of("momentum_buffer");
    }

    @Override
    public void follow(long t, int rows, double[] weights, double[] gradients, double[][] states) {
        LarsForm.step(this, t, weights, gradients, states);
    }
}

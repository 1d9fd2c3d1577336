package dev.gatun.backend;

import java.util.List;

/**
 * Adam (Kingma and Ba, 2015) and AdamW (Loshchilov and Hutter, 2019) as PyTorch defines them:
 * {@code m <- beta1 * m + (1 - beta1) * g}; {@code v <- beta2 * v + (1 - beta2) * g^2};
 * {@code w <- w - learningRate / (1 - beta1^t) * m / (sqrt(v) / sqrt(1 - beta2^t) + epsilon)}.
 */
public record AdamHyperparameters(
        double learningRate, double beta1, double beta2, double epsilon, double weightDecay, Decay decay,
        Direction direction)
        implements Hyperparameters {

    /** Where weight decay enters. */
    public enum Decay {
        /** Adam: {@code g <- g + weightDecay * w} before the moments. */
        COUPLED,
        /** AdamW: {@code w <- w * (1 - learningRate * weightDecay)} before the step. */
        DECOUPLED
    }

    /** Adam: learning rate 1e-3, betas 0.9 and 0.999, epsilon 1e-8, no decay. */
    public static final AdamHyperparameters ADAM =
            new AdamHyperparameters(1e-3, 0.9, 0.999, 1e-8, 0, Decay.COUPLED, Direction.MINIMIZE);

    /** AdamW: as Adam, with a decoupled decay of 0.01. */
    public static final AdamHyperparameters ADAMW =
            new AdamHyperparameters(1e-3, 0.9, 0.999, 1e-8, 1e-2, Decay.DECOUPLED, Direction.MINIMIZE);

    public AdamHyperparameters {
        Domain.atLeastZero("adam", "learning rate", learningRate);
        Domain.share("adam", "beta1", beta1);
        Domain.share("adam", "beta2", beta2);
        Domain.atLeastZero("adam", "epsilon", epsilon);
        Domain.atLeastZero("adam", "weight decay", weightDecay);
    }

    @Override
    public AdamHyperparameters withLearningRate(double rate) {
        return new AdamHyperparameters(rate, beta1, beta2, epsilon, weightDecay, decay, direction);
    }

    /** The same with other averaging weights. */
    public AdamHyperparameters withBetas(double newBeta1, double newBeta2) {
        return new AdamHyperparameters(learningRate, newBeta1, newBeta2, epsilon, weightDecay, decay, direction);
    }

    /** The same with another epsilon. */
    public AdamHyperparameters withEpsilon(double newEpsilon) {
        return new AdamHyperparameters(learningRate, beta1, beta2, newEpsilon, weightDecay, decay, direction);
    }

    @Override
    public AdamHyperparameters withWeightDecay(double newDecay) {
        return new AdamHyperparameters(learningRate, beta1, beta2, epsilon, newDecay, decay, direction);
    }

    /** The same in another direction. */
    public AdamHyperparameters with(Direction newDirection) {
        return new AdamHyperparameters(learningRate, beta1, beta2, epsilon, weightDecay, decay, newDirection);
    }

    @Override
    public List<String> stateNames() {
        return List.of("exp_avg", "exp_avg_sq");
    }
}

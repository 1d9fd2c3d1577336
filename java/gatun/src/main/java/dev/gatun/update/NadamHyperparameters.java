package dev.gatun.update;

import java.util.List;

/**
 * NAdam (Dozat, 2016) as PyTorch defines it: moments as Adam's; {@code mu_t = beta1 * (1 - 0.96^(t * momentumDecay) / 2)},
 * {@code P = mu_1 * ... * mu_t}; {@code D = sqrt(v / (1 - beta2^t)) + epsilon};
 * {@code w <- w - learningRate * ((1 - mu_t) / (1 - P) * g + mu_(t+1) / (1 - P * mu_(t+1)) * m) / D}.
 */
public record NadamHyperparameters(
        double learningRate, double beta1, double beta2, double epsilon, double weightDecay, double momentumDecay,
        double l1, L1 l1Method, Decay decay, Direction direction)
        implements Hyperparameters, WithBetas {

    /** Learning rate 2e-3, betas 0.9 and 0.999, epsilon 1e-8, momentum decay 4e-3, no weight decay. */
    public static final NadamHyperparameters DEFAULTS =
            new NadamHyperparameters(2e-3, 0.9, 0.999, 1e-8, 0, 4e-3, 0, L1.SUBGRADIENT, Decay.COUPLED, Direction.MINIMIZE);

    public NadamHyperparameters {
        Domain.atLeastZero("nadam", "learning rate", learningRate);
        Domain.share("nadam", "beta1", beta1);
        Domain.share("nadam", "beta2", beta2);
        Domain.atLeastZero("nadam", "epsilon", epsilon);
        Domain.atLeastZero("nadam", "weight decay", weightDecay);
        Domain.atLeastZero("nadam", "momentum decay", momentumDecay);
        Domain.atLeastZero("nadam", "l1", l1);
    }

    @Override
    public NadamHyperparameters withLearningRate(double rate) {
        return new NadamHyperparameters(
                rate, beta1, beta2, epsilon, weightDecay, momentumDecay, l1, l1Method, decay, direction);
    }

    @Override
    public NadamHyperparameters withBetas(double newBeta1, double newBeta2) {
        return new NadamHyperparameters(
                learningRate, newBeta1, newBeta2, epsilon, weightDecay, momentumDecay, l1, l1Method, decay, direction);
    }

    /** The same with another epsilon. */
    public NadamHyperparameters withEpsilon(double newEpsilon) {
        return new NadamHyperparameters(
                learningRate, beta1, beta2, newEpsilon, weightDecay, momentumDecay, l1, l1Method, decay, direction);
    }

    @Override
    public NadamHyperparameters withWeightDecay(double newDecay) {
        return new NadamHyperparameters(
                learningRate, beta1, beta2, epsilon, newDecay, momentumDecay, l1, l1Method, decay, direction);
    }

    /** The same with another momentum decay. */
    public NadamHyperparameters withMomentumDecay(double newMomentumDecay) {
        return new NadamHyperparameters(
                learningRate, beta1, beta2, epsilon, weightDecay, newMomentumDecay, l1, l1Method, decay, direction);
    }

    /** The same with another L1 term. */
    public NadamHyperparameters withL1(double newL1) {
        return new NadamHyperparameters(
                learningRate, beta1, beta2, epsilon, weightDecay, momentumDecay, newL1, l1Method, decay, direction);
    }

    /** The same with another action of the L1 term. */
    public NadamHyperparameters with(L1 newMethod) {
        return new NadamHyperparameters(
                learningRate, beta1, beta2, epsilon, weightDecay, momentumDecay, l1, newMethod, decay, direction);
    }

    /** The same with another kind of decay. */
    public NadamHyperparameters with(Decay newDecay) {
        return new NadamHyperparameters(
                learningRate, beta1, beta2, epsilon, weightDecay, momentumDecay, l1, l1Method, newDecay, direction);
    }

    /** The same in another direction. */
    public NadamHyperparameters with(Direction newDirection) {
        return new NadamHyperparameters(
                learningRate, beta1, beta2, epsilon, weightDecay, momentumDecay, l1, l1Method, decay, newDirection);
    }

    @Override
    public String rule() {
        return "nadam";
    }

    @Override
    public List<String> stateNames() {
        return List.of("exp_avg", "exp_avg_sq");
    }
}

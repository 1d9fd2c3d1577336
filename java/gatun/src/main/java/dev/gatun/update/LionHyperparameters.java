package dev.gatun.update;

/**
 * Lion (Chen et al., 2023) as timm defines it: {@code w <- w * (1 - learningRate * weightDecay)};
 * {@code w <- w - learningRate * sign(beta1 * m + (1 - beta1) * g)}; {@code m <- beta2 * m + (1 - beta2) * g}.
 */
public record LionHyperparameters(
        double learningRate, double beta1, double beta2, double weightDecay, double l1, L1 l1Method, Direction direction)
        implements ElementwiseHyperparameters, WithBetas {

    /** The rule. */
    public static final UpdateRule RULE = UpdateRule.of("lion", RuleFamily.SCALING, LionHyperparameters.class,
            RuleState.signed("exp_avg"));

    /** Learning rate 1e-4, betas 0.9 and 0.99, no decay. */
    public static final LionHyperparameters DEFAULTS =
            new LionHyperparameters(1e-4, 0.9, 0.99, 0, 0, L1.SUBGRADIENT, Direction.MINIMIZE);

    public LionHyperparameters {
        Domain.atLeastZero("lion", "learning rate", learningRate);
        Domain.share("lion", "beta1", beta1);
        Domain.share("lion", "beta2", beta2);
        Domain.atLeastZero("lion", "weight decay", weightDecay);
        Domain.atLeastZero("lion", "l1", l1);
    }

    @Override
    public LionHyperparameters withLearningRate(double rate) {
        return new LionHyperparameters(rate, beta1, beta2, weightDecay, l1, l1Method, direction);
    }

    @Override
    public LionHyperparameters withBetas(double newBeta1, double newBeta2) {
        return new LionHyperparameters(learningRate, newBeta1, newBeta2, weightDecay, l1, l1Method, direction);
    }

    @Override
    public LionHyperparameters withWeightDecay(double newDecay) {
        return new LionHyperparameters(learningRate, beta1, beta2, newDecay, l1, l1Method, direction);
    }

    /** The same with another L1 term. */
    public LionHyperparameters withL1(double newL1) {
        return new LionHyperparameters(learningRate, beta1, beta2, weightDecay, newL1, l1Method, direction);
    }

    /** The same with another action of the L1 term. */
    public LionHyperparameters with(L1 newMethod) {
        return new LionHyperparameters(learningRate, beta1, beta2, weightDecay, l1, newMethod, direction);
    }

    /** The same in another direction. */
    public LionHyperparameters with(Direction newDirection) {
        return new LionHyperparameters(learningRate, beta1, beta2, weightDecay, l1, l1Method, newDirection);
    }

    @Override
    public UpdateRule rule() {
        return RULE;
    }

    @Override
    public boolean hasEightBitStates() {
        return true;
    }

    /** {@code state}: the first moment. */
    @Override
    public double follow(long t, double weight, double gradient, double[] state) {
        double w = Gradients.decayed(Decay.DECOUPLED, learningRate, weightDecay, weight);
        double g = Gradients.of(direction, Penalties.subgradient(this), 0, weight, gradient);
        double direction = Math.signum(beta1 * state[0] + (1 - beta1) * g);
        state[0] = beta2 * state[0] + (1 - beta2) * g;
        return w - learningRate * direction;
    }
}

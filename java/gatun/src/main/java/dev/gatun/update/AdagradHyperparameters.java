package dev.gatun.update;

/**
 * Adagrad (Duchi, Hazan and Singer, 2011) as PyTorch defines it: {@code s <- s + g^2}, from the initial accumulator;
 * {@code w <- w - learningRate / (1 + (t - 1) * learningRateDecay) * g / (sqrt(s) + epsilon)}.
 */
public record AdagradHyperparameters(
        double learningRate, double learningRateDecay, double initialAccumulator, double epsilon, double weightDecay,
        double l1, L1 l1Method, Direction direction)
        implements ElementwiseHyperparameters {

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
        Domain.atLeastZero("adagrad", "l1", l1);
    }

    @Override
    public AdagradHyperparameters withLearningRate(double rate) {
        return new AdagradHyperparameters(
                rate, learningRateDecay, initialAccumulator, epsilon, weightDecay, l1, l1Method, direction);
    }

    /** The same with another learning rate decay. */
    public AdagradHyperparameters withLearningRateDecay(double newLearningRateDecay) {
        return new AdagradHyperparameters(
                learningRate, newLearningRateDecay, initialAccumulator, epsilon, weightDecay, l1, l1Method, direction);
    }

    /** The same with another initial accumulator. */
    public AdagradHyperparameters withInitialAccumulator(double newInitialAccumulator) {
        return new AdagradHyperparameters(
                learningRate, learningRateDecay, newInitialAccumulator, epsilon, weightDecay, l1, l1Method, direction);
    }

    /** The same with another epsilon. */
    public AdagradHyperparameters withEpsilon(double newEpsilon) {
        return new AdagradHyperparameters(
                learningRate, learningRateDecay, initialAccumulator, newEpsilon, weightDecay, l1, l1Method, direction);
    }

    @Override
    public AdagradHyperparameters withWeightDecay(double newDecay) {
        return new AdagradHyperparameters(
                learningRate, learningRateDecay, initialAccumulator, epsilon, newDecay, l1, l1Method, direction);
    }

    /** The same with another L1 term. */
    public AdagradHyperparameters withL1(double newL1) {
        return new AdagradHyperparameters(
                learningRate, learningRateDecay, initialAccumulator, epsilon, weightDecay, newL1, l1Method, direction);
    }

    /** The same with another action of the L1 term. */
    public AdagradHyperparameters with(L1 newMethod) {
        return new AdagradHyperparameters(
                learningRate, learningRateDecay, initialAccumulator, epsilon, weightDecay, l1, newMethod, direction);
    }

    /** The same in another direction. */
    public AdagradHyperparameters with(Direction newDirection) {
        return new AdagradHyperparameters(
                learningRate, learningRateDecay, initialAccumulator, epsilon, weightDecay, l1, l1Method, newDirection);
    }

    @Override
    public UpdateRule rule() {
        return RULE;
    }

    /** {@code state}: the sum of squares. */
    @Override
    public double follow(long t, double weight, double gradient, double[] state) {
        double g = Gradients.of(direction, Penalties.subgradient(this), weightDecay, weight, gradient);
        state[0] = (t == 1 ? initialAccumulator : state[0]) + g * g;
        double rate = learningRate / (1 + (t - 1) * learningRateDecay);
        return weight - rate * g / (Math.sqrt(state[0]) + epsilon);
    }
}

package dev.gatun.backend;

import java.util.List;

/**
 * Stochastic gradient descent as PyTorch defines it: {@code g <- g + weightDecay * w}; {@code b <- momentum * b +
 * (1 - dampening) * g}, where the first step takes {@code b <- g}; {@code u = b}, or {@code g + momentum * b} with
 * Nesterov's variant; {@code w <- w - learningRate * u}.
 */
public record SgdHyperparameters(
        double learningRate, double momentum, double dampening, double weightDecay, Momentum variant,
        Direction direction)
        implements Hyperparameters {

    /** How the velocity enters the step. */
    public enum Momentum {
        /** Polyak's heavy ball. */
        CLASSIC,
        /** Nesterov's look-ahead; needs momentum above 0 and no dampening. */
        NESTEROV
    }

    /** Learning rate 1e-3, everything else off. */
    public static final SgdHyperparameters DEFAULTS =
            new SgdHyperparameters(1e-3, 0, 0, 0, Momentum.CLASSIC, Direction.MINIMIZE);

    public SgdHyperparameters {
        Domain.atLeastZero("sgd", "learning rate", learningRate);
        Domain.atLeastZero("sgd", "momentum", momentum);
        Domain.finite("sgd", "dampening", dampening);
        Domain.atLeastZero("sgd", "weight decay", weightDecay);
        if (variant == Momentum.NESTEROV && (momentum <= 0 || dampening != 0)) {
            throw new IllegalArgumentException("sgd: Nesterov momentum needs momentum above 0 and dampening 0, got momentum "
                    + momentum + ", dampening " + dampening);
        }
    }

    @Override
    public SgdHyperparameters withLearningRate(double rate) {
        return new SgdHyperparameters(rate, momentum, dampening, weightDecay, variant, direction);
    }

    /** The same with another momentum. */
    public SgdHyperparameters withMomentum(double newMomentum) {
        return new SgdHyperparameters(learningRate, newMomentum, dampening, weightDecay, variant, direction);
    }

    /** The same with another dampening. */
    public SgdHyperparameters withDampening(double newDampening) {
        return new SgdHyperparameters(learningRate, momentum, newDampening, weightDecay, variant, direction);
    }

    @Override
    public SgdHyperparameters withWeightDecay(double decay) {
        return new SgdHyperparameters(learningRate, momentum, dampening, decay, variant, direction);
    }

    /** The same with another variant of momentum. */
    public SgdHyperparameters with(Momentum newVariant) {
        return new SgdHyperparameters(learningRate, momentum, dampening, weightDecay, newVariant, direction);
    }

    /** The same in another direction. */
    public SgdHyperparameters with(Direction newDirection) {
        return new SgdHyperparameters(learningRate, momentum, dampening, weightDecay, variant, newDirection);
    }

    @Override
    public List<String> stateNames() {
        return momentum == 0 ? List.of() : List.of("momentum_buffer");
    }
}

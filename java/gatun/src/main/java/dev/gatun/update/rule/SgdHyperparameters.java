package dev.gatun.update.rule;

import dev.gatun.options.WithMethods;
import dev.gatun.update.Domain;
import dev.gatun.update.ElementwiseHyperparameters;
import dev.gatun.update.L1;
import dev.gatun.update.Penalties;
import dev.gatun.update.RuleFamily;
import dev.gatun.update.RuleState;
import dev.gatun.update.UpdateRule;
import dev.gatun.update.WithMomentum;
import java.util.List;

/**
 * Stochastic gradient descent as PyTorch defines it: {@code g <- g + weightDecay * w}; {@code b <- momentum * b +
 * (1 - dampening) * g}, where the first step takes {@code b <- g}; {@code u = b}, or {@code g + momentum * b} with
 * Nesterov's variant; {@code w <- w - learningRate * u}.
 */
@WithMethods
public record SgdHyperparameters(
        double learningRate, double momentum, double dampening, double weightDecay, double l1, L1 l1Method,
        Momentum variant,
        Direction direction)
        implements ElementwiseHyperparameters, SgdHyperparametersBuilder.With, WithMomentum {

    /** The form of momentum. */
    public enum Momentum {
        /** Polyak's heavy ball. */
        CLASSIC,
        /** Nesterov's momentum; requires a momentum above 0 and no dampening. */
        NESTEROV,
        /**
         * An average, {@code b <- momentum * b + (1 - momentum) * g}, from 0; requires a momentum in (0, 1) and no
         * dampening.
         */
        AVERAGE,
        /**
         * As {@link #AVERAGE} with {@code u = b / (1 - momentum^t)}, which corrects the bias of the initial 0, as Adam
         * does.
         */
        CORRECTED_AVERAGE;

        /** Returns whether the velocity is an average of gradients. */
        public boolean averages() {
            return switch (this) {
                case AVERAGE, CORRECTED_AVERAGE -> true;
                case CLASSIC, NESTEROV -> false;
            };
        }
    }

    /** The rule. */
    public static final UpdateRule RULE = UpdateRule.of("sgd", RuleFamily.MOMENTUM, SgdHyperparameters.class,
            RuleState.signed("momentum_buffer"));

    /** Learning rate 1e-3, everything else off. */
    public static final SgdHyperparameters DEFAULTS =
            new SgdHyperparameters(1e-3, 0, 0, 0, 0, L1.SUBGRADIENT, Momentum.CLASSIC, Direction.MINIMIZE);

    public SgdHyperparameters {
        Domain.atLeastZero("sgd", "learning rate", learningRate);
        Domain.atLeastZero("sgd", "momentum", momentum);
        Domain.finite("sgd", "dampening", dampening);
        Domain.atLeastZero("sgd", "weight decay", weightDecay);
        Domain.l1("sgd", learningRate, l1);
        if (variant == Momentum.NESTEROV && (momentum <= 0 || dampening != 0)) {
            throw new IllegalArgumentException("sgd: Nesterov momentum needs momentum above 0 and dampening 0, got"
                    + " momentum " + momentum + ", dampening " + dampening);
        }
        if (variant.averages() && (momentum <= 0 || momentum >= 1 || dampening != 0)) {
            throw new IllegalArgumentException("sgd: averaged momentum needs momentum in (0, 1) and dampening 0, got"
                    + " momentum " + momentum + ", dampening " + dampening);
        }
    }

    /** Without momentum, the variants that look ahead or average are the classic one. */
    @Override
    public SgdHyperparameters withAnyMomentum(double newMomentum) {
        SgdHyperparameters plain = newMomentum == 0 ? withVariant(Momentum.CLASSIC) : this;
        return plain.withMomentum(newMomentum);
    }

    @Override
    public boolean needsMomentum() {
        return variant != Momentum.CLASSIC;
    }

    @Override
    public String optimizerName() {
        return switch (variant) {
            case CLASSIC -> momentum == 0 ? "sgd" : "momentum";
            case NESTEROV -> "nesterov";
            case AVERAGE, CORRECTED_AVERAGE -> "averaged";
        };
    }

    @Override
    public UpdateRule rule() {
        return RULE;
    }

    @Override
    public List<String> stateNames() {
        return momentum == 0 ? List.of() : List.of("momentum_buffer");
    }

    /** {@inheritDoc} The state is the velocity, unless the momentum is 0. */
    @Override
    public double follow(long t, double weight, double gradient, double[] state) {
        double g = Gradients.of(direction, Penalties.subgradient(this), weightDecay, weight, gradient);
        if (momentum == 0) {
            return weight - learningRate * g;
        }
        double velocity = variant.averages()
                ? momentum * state[0] + (1 - momentum) * g
                : t == 1 ? g : momentum * state[0] + (1 - dampening) * g;
        state[0] = velocity;
        double update = switch (variant) {
            case CLASSIC, AVERAGE -> velocity;
            case NESTEROV -> g + momentum * velocity;
            case CORRECTED_AVERAGE -> velocity / (1 - Math.pow(momentum, (double) t));
        };
        return weight - learningRate * update;
    }
}

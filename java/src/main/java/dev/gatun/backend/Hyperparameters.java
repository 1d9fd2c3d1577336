package dev.gatun.backend;

import java.util.List;

/**
 * The numbers of one optimizer rule for one group of parameters. In the formulas of all rules, w is a weight, t the step from
 * 1 on, and g its gradient; {@link Direction#MAXIMIZE} takes {@code -g} for it, then {@code l1 * sign(w)} and, unless the
 * rule's decay is {@linkplain Decay#DECOUPLED decoupled}, {@code weightDecay * w} are added.
 */
public sealed interface Hyperparameters
        permits SgdHyperparameters, AdagradHyperparameters, RmspropHyperparameters, AdadeltaHyperparameters,
                AdamHyperparameters, AdamaxHyperparameters, NadamHyperparameters, RadamHyperparameters, LionHyperparameters,
                AdabeliefHyperparameters, RpropHyperparameters, LambHyperparameters, LarsHyperparameters {
    /** The rule's name; all groups of an optimizer follow one rule. */
    String rule();

    /** Step size. */
    double learningRate();

    /** Weight of the decay term. */
    double weightDecay();

    /** The same with another step size. */
    Hyperparameters withLearningRate(double learningRate);

    /**
     * The same with another decay.
     *
     * @throws IllegalArgumentException when the rule has none and it is not 0
     */
    Hyperparameters withWeightDecay(double weightDecay);

    /** Names of the state tensors, each one element per parameter element, as PyTorch's optimizers name them. */
    List<String> stateNames();

    /** Whether the rule looks at whole tensors, so that each needs a range of its own. */
    default boolean perTensor() {
        return false;
    }

    /** What the rule itself bounds the norm of all gradients to, the same in all groups; 0 for no bound. */
    default double maxGradientNorm() {
        return 0;
    }
}

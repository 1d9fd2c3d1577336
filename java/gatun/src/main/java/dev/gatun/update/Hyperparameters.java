package dev.gatun.update;

import dev.gatun.shape.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The numbers of one optimizer rule for one group of parameters. In the formulas of all rules, w is a weight, t the step from
 * 1 on, and g its gradient; {@link Direction#MAXIMIZE} takes {@code -g} for it, then {@code l1 * sign(w)} is added, unless
 * the L1 term is {@linkplain L1#PROXIMAL proximal}, and {@code weightDecay * w}, unless the rule's decay is
 * {@linkplain Decay#DECOUPLED decoupled}.
 */
public sealed interface Hyperparameters
        permits SgdHyperparameters, AdagradHyperparameters, RmspropHyperparameters, AdadeltaHyperparameters,
                AdamHyperparameters, AdamaxHyperparameters, NadamHyperparameters, RadamHyperparameters, LionHyperparameters,
                AdabeliefHyperparameters, RpropHyperparameters, LambHyperparameters, LarsHyperparameters, MuonHyperparameters,
                AdafactorHyperparameters {
    /** The rule's name; groups of one rule are updated together. */
    String rule();

    /** Step size. */
    double learningRate();

    /** Weight of the decay term. */
    double weightDecay();

    /** Weight of the L1 term; 0 where the rule has none. */
    default double l1() {
        return 0;
    }

    /** How the L1 term acts. */
    default L1 l1Method() {
        return L1.SUBGRADIENT;
    }

    /** The same with another step size. */
    Hyperparameters withLearningRate(double learningRate);

    /**
     * The same with another decay.
     *
     * @throws IllegalArgumentException when the rule has none and it is not 0
     */
    Hyperparameters withWeightDecay(double weightDecay);

    /** Names of the state tensors, as PyTorch's optimizers name them. */
    List<String> stateNames();

    /** Whether each state has one element per parameter element, in the parameters' order. */
    default boolean elementwiseStates() {
        return true;
    }

    /** The states that a tensor has, by name, with their shapes; in the order of {@link #stateNames}. */
    default Map<String, Shape> stateShapes(Shape tensor) {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        stateNames().forEach(name -> shapes.put(name, tensor));
        return shapes;
    }

    /** Whether the rule looks at whole tensors, so that each needs a range of its own. */
    default boolean perTensor() {
        return false;
    }

    /**
     * Checks that the rule can work on a range.
     *
     * @throws IllegalArgumentException when it cannot
     */
    default void checkRange(ElementRange range) {}

    /** The numbers for a parameter of a shape: these, unless the rule is for other shapes and goes with another for it. */
    default Hyperparameters suitedTo(Shape shape) {
        return this;
    }

    /** Whether the states may be stored in {@linkplain StateStorage#EIGHT_BIT 8 bits}. */
    default boolean hasEightBitStates() {
        return false;
    }

    /** What the rule itself bounds the norm of all gradients to, the same in all groups; 0 for no bound. */
    default double maxGradientNorm() {
        return 0;
    }
}

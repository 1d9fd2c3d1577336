package dev.gatun.update;

import dev.gatun.shape.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The hyper-parameters of an optimizer rule for one group of parameters. In the formulas of all rules, w is a weight, t
 * the step from 1 on, and g its gradient; a direction of {@code MAXIMIZE} takes {@code -g} for it, then
 * {@code l1 * sign(w)} is added, unless the L1 term is {@linkplain L1#PROXIMAL proximal}, and {@code weightDecay * w},
 * unless the rule's decay is {@code DECOUPLED}.
 *
 * <p>An implementation is a record; its components, in their order, are the rule's hyper-parameters, and nothing asks
 * for its class. A rule that is not among {@link dev.gatun.update.rule.UpdateRules} runs where its form in double
 * precision is enough; devices that need a kernel for it refuse it.
 */
public interface Hyperparameters {
    /** Returns the rule; groups of one rule are updated together. */
    UpdateRule rule();

    /** Returns the name in messages, more specific than the rule's where the hyper-parameters select a variant. */
    default String label() {
        return rule().name();
    }

    /** Returns the name for users of the rule with these hyper-parameters, that of an optimizer preset. */
    default String optimizerName() {
        return rule().name();
    }

    /** Returns whether there is a decay term. */
    default boolean hasWeightDecay() {
        return true;
    }

    /** Returns the step size. */
    double learningRate();

    /** Returns whether a learning rate of 0 is invalid. */
    default boolean needsLearningRate() {
        return false;
    }

    /** Returns the weight of the decay term. */
    double weightDecay();

    /** Returns the weight of the L1 term; 0 where the rule has none. */
    default double l1() {
        return 0;
    }

    /** Returns how the L1 term is applied. */
    default L1 l1Method() {
        return L1.SUBGRADIENT;
    }

    /** Returns a copy with another value of a hyper-parameter that a schedule may change. */
    default Hyperparameters with(Scheduled what, double value) {
        return what.in(this, value);
    }

    /** Returns whether there is an L1 term. */
    default boolean hasL1() {
        return rule().has("l1");
    }

    /**
     * Returns a copy with another L1 term.
     *
     * @throws IllegalArgumentException when the rule has none, or the weight is outside its domain
     */
    default Hyperparameters with(L1 method, double weight) {
        if (!hasL1()) {
            throw new IllegalArgumentException(rule() + " has no L1 term");
        }
        return rule().with(rule().with(this, "l1_method", method), "l1", weight);
    }

    /** Returns a copy without penalties of the weights: neither a decay term nor an L1 term. */
    default Hyperparameters withoutDecay() {
        Hyperparameters smooth = l1() == 0 ? this : with(l1Method(), 0);
        return hasWeightDecay() ? smooth.with(Scheduled.WEIGHT_DECAY, 0) : smooth;
    }

    /** Returns the names of the state tensors, in the rule's order. */
    default List<String> stateNames() {
        return rule().stateNames();
    }

    /** Returns whether each state has one element per parameter element, with the parameters' layout. */
    default boolean elementwiseStates() {
        return true;
    }

    /** Returns the shapes of the states of a tensor by name, in the order of {@link #stateNames}. */
    default Map<String, Shape> stateShapes(Shape tensor) {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        stateNames().forEach(name -> shapes.put(name, tensor));
        return shapes;
    }

    /** Returns whether the rule updates whole tensors, so that each needs a range of its own. */
    default boolean perTensor() {
        return false;
    }

    /**
     * Checks that the rule supports a range.
     *
     * @throws IllegalArgumentException when it cannot
     */
    default void checkRange(ElementRange range) {}

    /**
     * Returns the hyper-parameters for a parameter of a shape: these, unless the rule is for other shapes and is
     * combined with another rule.
     */
    default Hyperparameters suitedTo(Shape shape) {
        return this;
    }

    /** Returns whether the states may be stored in {@linkplain StateStorage#EIGHT_BIT 8 bits}. */
    default boolean hasEightBitStates() {
        return false;
    }

    /** Returns the bound that the rule itself sets on the norm of all gradients, the same in all groups; 0 for none. */
    default double maxGradientNorm() {
        return 0;
    }

    /**
     * Returns hyper-parameters for exact gradients, whose minimum must not be shifted: without decay, and without
     * bounds against the noise of batches. A layer-wise rule then adapts its step without decay too.
     */
    default Hyperparameters forExactGradients() {
        return withoutDecay();
    }

    /**
     * Updates one tensor to its value after step {@code t} in double precision: the reference form of the rule, which
     * every device is tested against.
     *
     * @param rows      rows of the tensor as a matrix, for rules of matrices
     * @param weights   row-major
     * @param gradients gradients after what all rules have in common: scaled and clipped
     * @param states    states of the tensor, in the order of {@link #stateNames}
     */
    void follow(long t, int rows, double[] weights, double[] gradients, double[][] states);

    /** Updates one tensor as {@link #follow}, then applies the proximal L1 term. */
    default void step(long t, int rows, double[] weights, double[] gradients, double[][] states) {
        follow(t, rows, weights, gradients, states);
        Penalties.shrink(this, weights);
    }
}

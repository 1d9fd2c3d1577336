package dev.gatun.update;

import dev.gatun.shape.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The numbers of one optimizer rule for one group of parameters. In the formulas of all rules, w is a weight, t the
 * step from 1 on, and g its gradient; a direction of {@code MAXIMIZE} takes {@code -g} for it, then
 * {@code l1 * sign(w)} is added, unless the L1 term is {@linkplain L1#PROXIMAL proximal}, and {@code weightDecay * w},
 * unless the rule's decay is {@code DECOUPLED}.
 *
 * <p>An implementation is a record; its components, in their order, are the rule's hyper-parameters, and nothing asks
 * for its class. A rule that is not among {@link dev.gatun.update.rule.UpdateRules} runs where its form in double
 * precision is enough; devices that need a kernel for it refuse it.
 */
public interface Hyperparameters {
    /** The rule; groups of one rule are updated together. */
    UpdateRule rule();

    /** What messages call the rule with these numbers, where they say what the rule's name does not. */
    default String label() {
        return rule().name();
    }

    /** What users call the rule with these numbers: the name of an optimizer preset. */
    default String optimizerName() {
        return rule().name();
    }

    /** Whether there is a decay term. */
    default boolean hasWeightDecay() {
        return true;
    }

    /** Step size. */
    double learningRate();

    /** Whether the numbers make no sense at a learning rate of 0. */
    default boolean needsLearningRate() {
        return false;
    }

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

    /** The same with another value of one hyper-parameter, which a schedule may move. */
    default Hyperparameters with(Scheduled what, double value) {
        return what.in(this, value);
    }

    /** Whether there is an L1 term. */
    default boolean hasL1() {
        return rule().has("l1");
    }

    /**
     * The same with another L1 term.
     *
     * @throws IllegalArgumentException when the rule has none, or the weight is outside its domain
     */
    default Hyperparameters with(L1 method, double weight) {
        if (!hasL1()) {
            throw new IllegalArgumentException(rule() + " has no L1 term");
        }
        return rule().with(rule().with(this, "l1_method", method), "l1", weight);
    }

    /** The same without penalties of the weights: neither a decay term nor an L1 term. */
    default Hyperparameters withoutDecay() {
        Hyperparameters smooth = l1() == 0 ? this : with(l1Method(), 0);
        return hasWeightDecay() ? smooth.with(Scheduled.WEIGHT_DECAY, 0) : smooth;
    }

    /** Names of the state tensors that these numbers need, in the rule's order. */
    default List<String> stateNames() {
        return rule().stateNames();
    }

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

    /**
     * The numbers for a parameter of a shape: these, unless the rule is for other shapes and goes with another for it.
     */
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

    /**
     * The numbers for gradients without noise, whose minimum must not move: without decay, and without what bounds
     * steps against the noise of batches. A rule for whole tensors then adapts its step also without decay.
     */
    default Hyperparameters forExactGradients() {
        return withoutDecay();
    }

    /**
     * The rule itself, in double precision, slow and obvious: moves one tensor to where it is after step {@code t}.
     * What every device is tested against.
     *
     * @param rows      of the matrix that the tensor is, for rules that look at it
     * @param weights   row-major
     * @param gradients after everything that is done to them in every rule alike: scaled and clipped
     * @param states    those that the tensor has, in the order of {@link #stateNames}
     */
    void follow(long t, int rows, double[] weights, double[] gradients, double[][] states);

    /** The same, then the proximal L1 term. */
    default void step(long t, int rows, double[] weights, double[] gradients, double[][] states) {
        follow(t, rows, weights, gradients, states);
        Penalties.shrink(this, weights);
    }
}

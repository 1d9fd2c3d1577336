package dev.gatun.optim.secondorder;

import dev.gatun.options.WithMethods;

/**
 * How L-BFGS goes; the defaults are PyTorch's.
 *
 * @param learningRate      length of a step, or the line search's first guess of it
 * @param maxIterations     in one step
 * @param maxEvaluations    of the objective in one step, looked at between iterations
 * @param toleranceGradient stops where no element of the gradient is larger
 * @param toleranceChange   stops where neither the point nor the value changes by more
 * @param history           pairs of changes that it remembers
 * @param lineSearch        how far a step goes along its direction
 */
@WithMethods
public record LbfgsOptions(
        double learningRate, int maxIterations, int maxEvaluations, double toleranceGradient, double toleranceChange,
        int history, LineSearch lineSearch) implements LbfgsOptionsBuilder.With {

    /** How far a step goes. */
    public enum LineSearch {
        /** The learning rate. */
        NONE,
        /** To where value and slope satisfy the strong Wolfe conditions, by cubic interpolation. */
        STRONG_WOLFE
    }

    /** Learning rate 1, 20 iterations and 25 evaluations, tolerances 1e-7 and 1e-9, 100 pairs, no line search. */
    public static final LbfgsOptions DEFAULTS = new LbfgsOptions(1, 20, 25, 1e-7, 1e-9, 100, LineSearch.NONE);

    public LbfgsOptions {
        if (!(learningRate >= 0 && learningRate <= Double.MAX_VALUE && toleranceGradient >= 0
                && toleranceChange >= 0)) {
            throw new IllegalArgumentException("lbfgs: learning rate and tolerances must be at least 0 and finite, got "
                    + learningRate + ", " + toleranceGradient + " and " + toleranceChange);
        }
        if (maxIterations < 1 || maxEvaluations < 1 || history < 1) {
            throw new IllegalArgumentException("lbfgs: iterations, evaluations and history must be at least 1, got "
                    + maxIterations + ", " + maxEvaluations + " and " + history);
        }
    }

    /** These options with other bounds of one step. */
    public LbfgsOptions withMost(int iterations, int evaluations) {
        return new LbfgsOptions(
                learningRate, iterations, evaluations, toleranceGradient, toleranceChange, history, lineSearch);
    }

    /** These options with other tolerances, of the gradient and of changes. */
    public LbfgsOptions withTolerances(double gradient, double change) {
        return new LbfgsOptions(learningRate, maxIterations, maxEvaluations, gradient, change, history, lineSearch);
    }
}

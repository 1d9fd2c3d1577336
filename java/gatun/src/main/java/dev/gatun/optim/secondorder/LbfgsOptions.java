package dev.gatun.optim.secondorder;

import dev.gatun.options.WithMethods;

/**
 * Options of L-BFGS; the defaults are PyTorch's.
 *
 * @param learningRate      step length, or the initial step length of the line search
 * @param maxIterations     largest number of iterations in one step
 * @param maxEvaluations    largest number of evaluations of the objective in one step, checked between iterations
 * @param toleranceGradient stops when no element of the gradient is larger in magnitude
 * @param toleranceChange   stops when neither the point nor the value changes by more
 * @param history           number of pairs of changes that are kept
 * @param lineSearch        choice of the step length
 */
@WithMethods
public record LbfgsOptions(
        double learningRate, int maxIterations, int maxEvaluations, double toleranceGradient, double toleranceChange,
        int history, LineSearch lineSearch) implements LbfgsOptionsBuilder.With {

    /** The choice of the step length. */
    public enum LineSearch {
        /** The learning rate. */
        NONE,
        /** A line search for the strong Wolfe conditions, by cubic interpolation. */
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

    /** Returns a copy with other limits of iterations and evaluations in one step. */
    public LbfgsOptions withMost(int iterations, int evaluations) {
        return new LbfgsOptions(
                learningRate, iterations, evaluations, toleranceGradient, toleranceChange, history, lineSearch);
    }

    /** Returns a copy with other tolerances, of the gradient and of changes. */
    public LbfgsOptions withTolerances(double gradient, double change) {
        return new LbfgsOptions(learningRate, maxIterations, maxEvaluations, gradient, change, history, lineSearch);
    }
}

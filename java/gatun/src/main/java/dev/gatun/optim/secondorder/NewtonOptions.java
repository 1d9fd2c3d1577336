package dev.gatun.optim.secondorder;

import dev.gatun.options.WithMethods;

/**
 * Options of Newton's method.
 *
 * @param toleranceGradient  stops when no element of the gradient is larger in magnitude
 * @param damping            first multiple of the identity added to a Hessian that is not positive definite
 * @param dampingGrowth      factor of the multiple until the Hessian is positive definite
 * @param sufficientDecrease least decrease of a step as a fraction of what the slope predicts (Armijo), below 1/2 so
 *                           that a step to a quadratic's minimum is accepted
 * @param shortening         factor of the step length after an insufficient decrease
 * @param maxShortenings     number of shortenings after which the point stays where it is
 */
@WithMethods
public record NewtonOptions(
        double toleranceGradient, double damping, double dampingGrowth, double sufficientDecrease, double shortening,
        int maxShortenings) implements NewtonOptionsBuilder.With {

    /** Tolerance 1e-9; damping from 1e-3 on, doubled; sufficient decrease 1e-4; steps halved up to 60 times. */
    public static final NewtonOptions DEFAULTS = new NewtonOptions(1e-9, 1e-3, 2, 1e-4, 0.5, 60);

    public NewtonOptions {
        if (!(toleranceGradient >= 0 && damping > 0 && damping <= Double.MAX_VALUE && dampingGrowth > 1
                && dampingGrowth <= Double.MAX_VALUE)) {
            throw new IllegalArgumentException(
                    "newton: the tolerance must be at least 0, damping above 0 and its growth above 1,"
                    + " got " + toleranceGradient + ", " + damping + " and " + dampingGrowth);
        }
        if (!(sufficientDecrease > 0 && sufficientDecrease < 0.5 && shortening > 0 && shortening < 1)
                || maxShortenings < 0) {
            throw new IllegalArgumentException(
                    "newton: the decrease must lie in (0, 1/2), the shortening in (0, 1) and their"
                    + " number must not be negative, got " + sufficientDecrease + ", " + shortening + " and "
                    + maxShortenings);
        }
    }

    /** Returns a copy with other damping: its first value and its growth. */
    public NewtonOptions withDamping(double first, double growth) {
        return new NewtonOptions(toleranceGradient, first, growth, sufficientDecrease, shortening, maxShortenings);
    }

    /** Returns a copy with another line search: sufficient decrease, factor and largest number of shortenings. */
    public NewtonOptions withLineSearch(double decrease, double by, int most) {
        return new NewtonOptions(toleranceGradient, damping, dampingGrowth, decrease, by, most);
    }
}

package dev.gatun.optim.secondorder;

import dev.gatun.options.WithMethods;

/**
 * How Newton's method goes.
 *
 * @param toleranceGradient  stops where no element of the gradient is larger
 * @param damping            first multiple of the identity that is added to a Hessian which is not positive definite
 * @param dampingGrowth      by which it is multiplied until the Hessian is
 * @param sufficientDecrease share of what the slope promises that a step must bring (Armijo), below 1/2 so that a step
 *                           to a quadratic's minimum brings enough
 * @param shortening         by which a step that brings less is multiplied
 * @param maxShortenings     after which the point stays where it is
 */
@WithMethods
public record NewtonOptions(
        double toleranceGradient, double damping, double dampingGrowth, double sufficientDecrease, double shortening,
        int maxShortenings) implements NewtonOptionsBuilder.With {

    /** Tolerance 1e-9; damping from 1e-3 on, doubled; a decrease of 1e-4; steps halved up to 60 times. */
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

    /** These options with other damping. */
    public NewtonOptions withDamping(double first, double growth) {
        return new NewtonOptions(toleranceGradient, first, growth, sufficientDecrease, shortening, maxShortenings);
    }

    /** These options with another line search. */
    public NewtonOptions withLineSearch(double decrease, double by, int most) {
        return new NewtonOptions(toleranceGradient, damping, dampingGrowth, decrease, by, most);
    }
}

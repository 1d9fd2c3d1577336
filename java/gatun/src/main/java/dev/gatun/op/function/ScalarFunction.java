package dev.gatun.op.function;

/**
 * A function of one variable, with its formula and slope in double: the reference computes with them, and every backend
 * is tested against them. NaN stays NaN.
 */
public sealed interface ScalarFunction permits UnaryFunction, ParametricFunction {
    /** The argument of {@link #slope}. */
    enum Known {
        /** The argument {@code x}, which stays in memory until the backward pass. */
        ARGUMENT,
        /** The function's value, so that {@code x} need not stay in memory. */
        RESULT
    }

    /** Returns what {@link #slope} takes. */
    Known slopeFrom();

    /** Returns the value at {@code x}. */
    double value(double x);

    /** Returns the derivative, from {@code x} or from the value there, as {@link #slopeFrom} says. */
    double slope(double known);

    /** Returns the name in lower case: {@code leaky_relu}. */
    String lowerCase();
}

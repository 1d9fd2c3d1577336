package dev.gatun.op.function;

/**
 * A function of one variable. Each states its formula and its slope in double: the reference computes with them, and
 * every backend is tested against them. NaN stays NaN.
 */
public sealed interface ScalarFunction permits UnaryFunction, ParametricFunction {
    /** What the slope is computed from. */
    enum Known {
        /** From x, which must then stay in memory until the backward pass. */
        ARGUMENT,
        /** From the function's value, so that x need not stay. */
        RESULT
    }

    /** What {@link #slope} takes. */
    Known slopeFrom();

    /** The value at {@code x}. */
    double value(double x);

    /** The derivative, from x or from the value there, as {@link #slopeFrom} says. */
    double slope(double known);

    /** In lower case: {@code leaky_relu}. */
    String lowerCase();
}

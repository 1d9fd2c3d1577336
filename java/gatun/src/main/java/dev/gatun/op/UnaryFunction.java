package dev.gatun.op;

import java.util.Locale;
import java.util.function.DoubleUnaryOperator;

/**
 * The functions of one variable. Each states its formula and its slope in double: the reference computes with them, and
 * every backend is tested against them. NaN stays NaN.
 */
public enum UnaryFunction {
    /** {@code max(x, 0)}; its slope at 0 is 0. */
    RELU(Known.RESULT, x -> x <= 0 ? 0 : x, y -> y > 0 ? 1 : 0),
    /** {@code 1 / (1 + exp(-x))} */
    SIGMOID(Known.RESULT, x -> 1 / (1 + Math.exp(-x)), y -> y * (1 - y)),
    /** The hyperbolic tangent. */
    TANH(Known.RESULT, Math::tanh, y -> 1 - y * y),
    /** {@code e^x} */
    EXP(Known.RESULT, Math::exp, y -> y),
    /** The natural logarithm: NaN below 0, minus infinity at 0. */
    LOG(Known.ARGUMENT, Math::log, x -> 1 / x),
    /** The square root: NaN below 0; its slope at 0 is infinite. */
    SQRT(Known.RESULT, Math::sqrt, y -> 0.5 / y),
    /** {@code x * x} */
    SQUARE(Known.ARGUMENT, x -> x * x, x -> 2 * x),
    /** {@code |x|}; its slope at 0 is 0. */
    ABS(Known.ARGUMENT, Math::abs, Math::signum),
    /** {@code -x} */
    NEGATE(Known.ARGUMENT, x -> -x, x -> -1),
    /** {@code 1 / x} */
    RECIPROCAL(Known.ARGUMENT, x -> 1 / x, x -> -1 / (x * x));

    /** What the slope is computed from. */
    public enum Known {
        /** From x, which must then stay in memory until the backward pass. */
        ARGUMENT,
        /** From the function's value, so that x need not stay. */
        RESULT
    }

    private final Known known;
    @SuppressWarnings("ImmutableEnumChecker") // a lambda that captures nothing
    private final DoubleUnaryOperator formula;

    @SuppressWarnings("ImmutableEnumChecker") // likewise
    private final DoubleUnaryOperator slope;

    UnaryFunction(Known known, DoubleUnaryOperator formula, DoubleUnaryOperator slope) {
        this.known = known;
        this.formula = formula;
        this.slope = slope;
    }

    /** What {@link #slope} takes. */
    public Known slopeFrom() {
        return known;
    }

    /** The value at {@code x}. */
    public double value(double x) {
        return formula.applyAsDouble(x);
    }

    /** The derivative, from x or from the value there, as {@link #slopeFrom} says. */
    public double slope(double x) {
        return slope.applyAsDouble(x);
    }

    /** In lower case: {@code relu}. */
    public String lowerCase() {
        return name().toLowerCase(Locale.ROOT);
    }
}

package dev.gatun.op.function;

import java.util.Locale;
import java.util.function.DoubleBinaryOperator;

/** The functions of two variables, with their formulas in double. */
public enum BinaryFunction {
    /** {@code a + b} */
    ADD(Double::sum),
    /** {@code a - b} */
    SUBTRACT((a, b) -> a - b),
    /** {@code a * b} */
    MULTIPLY((a, b) -> a * b),
    /** {@code a / b}, by IEEE 754's rules where b is 0. */
    DIVIDE((a, b) -> a / b),
    /** The maximum; NaN if either is NaN. Equal values share the gradient equally. */
    MAXIMUM(Math::max),
    /** The minimum; NaN if either is NaN. Equal values share the gradient equally. */
    MINIMUM(Math::min),
    /** 1 where {@code a > b}, 0 elsewhere, NaN included; without a gradient. */
    GREATER((a, b) -> a > b ? 1 : 0),
    /** 1 where {@code a >= b}, 0 elsewhere, NaN included; without a gradient. */
    GREATER_EQUAL((a, b) -> a >= b ? 1 : 0);

    @SuppressWarnings("ImmutableEnumChecker") // a lambda that captures nothing
    private final DoubleBinaryOperator formula;

    BinaryFunction(DoubleBinaryOperator formula) {
        this.formula = formula;
    }

    /** Returns the value at {@code (a, b)}. */
    public double value(double a, double b) {
        return formula.applyAsDouble(a, b);
    }

    /** Returns the name in lower case: {@code add}. */
    public String lowerCase() {
        return name().toLowerCase(Locale.ROOT);
    }
}

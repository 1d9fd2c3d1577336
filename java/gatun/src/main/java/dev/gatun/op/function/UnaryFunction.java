package dev.gatun.op.function;

import java.util.Locale;
import java.util.function.DoubleUnaryOperator;

/** The functions of one variable without parameters. */
public enum UnaryFunction implements ScalarFunction {
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
    RECIPROCAL(Known.ARGUMENT, x -> 1 / x, x -> -1 / (x * x)),
    /** {@code x * Phi(x)}, where Phi is the standard normal distribution (Hendrycks and Gimpel, 2016). */
    GELU(Known.ARGUMENT, x -> x * NormalDistribution.cumulative(x),
            x -> NormalDistribution.cumulative(x) + x * NormalDistribution.density(x)),
    /** GELU with {@code (1 + tanh(sqrt(2 / pi) * (x + 0.044715 x^3))) / 2} for the distribution. */
    GELU_TANH(Known.ARGUMENT, x -> x * 0.5 * (1 + Math.tanh(bend(x))), x -> {
        double tanh = Math.tanh(bend(x));
        return 0.5 * (1 + tanh) + 0.5 * x * (1 - tanh * tanh) * Math.sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * x * x);
    }),
    /** {@code x * sigmoid(x)}, also called Swish. */
    SILU(Known.ARGUMENT, x -> x / (1 + Math.exp(-x)), x -> {
        double sigmoid = 1 / (1 + Math.exp(-x));
        return sigmoid * (1 + x * (1 - sigmoid));
    }),
    /** {@code x / 6 + 1/2} clipped to {@code [0, 1]}; its slope is 0 at both corners. */
    HARD_SIGMOID(Known.ARGUMENT, x -> Math.min(Math.max(x / 6 + 0.5, 0), 1), x -> Math.abs(x) < 3 ? 1.0 / 6 : 0),
    /** {@code x * hard_sigmoid(x)} (Howard et al., 2019); its slope at both corners is that of the linear parts. */
    HARD_SWISH(Known.ARGUMENT, x -> x * Math.min(Math.max(x / 6 + 0.5, 0), 1),
            x -> x <= -3 ? 0 : x >= 3 ? 1 : x / 3 + 0.5),
    /** {@code x * tanh(log(1 + exp(x)))} (Misra, 2019). */
    MISH(Known.ARGUMENT, x -> x * Math.tanh(softplus(x)), x -> {
        double tanh = Math.tanh(softplus(x));
        return tanh + x * (1 - tanh * tanh) / (1 + Math.exp(-x));
    });

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

    private static double bend(double x) {
        return Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x);
    }

    private static double softplus(double x) {
        return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
    }

    @Override
    public Known slopeFrom() {
        return known;
    }

    @Override
    public double value(double x) {
        return formula.applyAsDouble(x);
    }

    @Override
    public double slope(double known) {
        return slope.applyAsDouble(known);
    }

    @Override
    public String lowerCase() {
        return name().toLowerCase(Locale.ROOT);
    }
}

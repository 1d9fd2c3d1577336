package dev.gatun.graph;

import dev.gatun.op.function.ParametricFunction;
import dev.gatun.op.function.ScalarFunction;
import dev.gatun.op.function.UnaryFunction;
import java.util.Optional;

/** The derivatives of the slopes of functions of one variable, by what the slopes are computed from. */
final class Curvature {
    private static final double ROOT_OF_TWO_BY_PI = Math.sqrt(2 / Math.PI);
    private static final double CUBIC = 0.044715;

    private Curvature() {}

    /** The derivative, or nothing where it is 0 wherever it exists. */
    static Optional<Value> of(ScalarFunction function, Expressions e, Value known) {
        return switch (function) {
            case ParametricFunction.LeakyRelu _, ParametricFunction.Clip _ -> Optional.empty();
            case ParametricFunction.Elu _ -> Optional.of(e.affine(-1, e.above(known, 0), 1));
            case ParametricFunction.Softplus(double beta) -> Optional.of(
                    e.affine(beta, sigmoidSlope(e, e.apply(UnaryFunction.SIGMOID, e.affine(beta, known, 0))), 0));
            case ParametricFunction.Power(double exponent) -> exponent == 0 || exponent == 1 ? Optional.empty()
                    : Optional.of(e.affine(exponent * (exponent - 1),
                            e.apply(new ParametricFunction.Power(exponent - 2), known), 0));
            case UnaryFunction plain -> plain(plain, e, known);
        };
    }

    private static Optional<Value> plain(UnaryFunction function, Expressions e, Value known) {
        return switch (function) {
            case RELU, ABS, NEGATE, HARD_SIGMOID -> Optional.empty();
            case EXP -> Optional.of(e.number(known, 1));
            case SQUARE -> Optional.of(e.number(known, 2));
            case SIGMOID -> Optional.of(e.affine(-2, known, 1));
            case TANH -> Optional.of(e.affine(-2, known, 0));
            case LOG -> Optional.of(inverseSquare(e, known, -1));
            case SQRT -> Optional.of(inverseSquare(e, known, -0.5));
            case RECIPROCAL -> Optional.of(e.multiply(
                    inverseSquare(e, known, 2), e.apply(UnaryFunction.RECIPROCAL, known)));
            case GELU -> Optional.of(gelu(e, known));
            case GELU_TANH -> Optional.of(geluTanh(e, known));
            case SILU -> Optional.of(silu(e, known));
            case HARD_SWISH -> Optional.of(e.affine(1.0 / 3, e.multiply(e.above(known, -3), e.below(known, 3)), 0));
            case MISH -> Optional.of(mish(e, known));
        };
    }

    private static Value inverseSquare(Expressions e, Value x, double factor) {
        return e.affine(factor, e.apply(UnaryFunction.SQUARE, e.apply(UnaryFunction.RECIPROCAL, x)), 0);
    }

    /** {@code s * (1 - s)} */
    private static Value sigmoidSlope(Expressions e, Value sigmoid) {
        return e.multiply(sigmoid, e.affine(-1, sigmoid, 1));
    }

    /** {@code density(x) * (2 - x^2)} */
    private static Value gelu(Expressions e, Value x) {
        Value square = e.apply(UnaryFunction.SQUARE, x);
        Value density = e.affine(1 / Math.sqrt(2 * Math.PI), e.apply(UnaryFunction.EXP, e.affine(-0.5, square, 0)), 0);
        return e.multiply(density, e.affine(-1, square, 2));
    }

    /** With {@code t = tanh(u(x))}: {@code (1 - t^2) * (u' + x * (u'' / 2 - t * u'^2))}. */
    private static Value geluTanh(Expressions e, Value x) {
        Value square = e.apply(UnaryFunction.SQUARE, x);
        Value bend = e.multiply(x, e.affine(ROOT_OF_TWO_BY_PI * CUBIC, square, ROOT_OF_TWO_BY_PI));
        Value tanh = e.apply(UnaryFunction.TANH, bend);
        Value slope = e.affine(3 * ROOT_OF_TWO_BY_PI * CUBIC, square, ROOT_OF_TWO_BY_PI);
        Value inner = e.subtract(e.affine(3 * ROOT_OF_TWO_BY_PI * CUBIC, x, 0),
                e.multiply(tanh, e.apply(UnaryFunction.SQUARE, slope)));
        return e.multiply(tanhSlope(e, tanh), e.add(slope, e.multiply(x, inner)));
    }

    /** {@code 1 - t^2} */
    private static Value tanhSlope(Expressions e, Value tanh) {
        return e.affine(-1, e.apply(UnaryFunction.SQUARE, tanh), 1);
    }

    /** With {@code s = sigmoid(x)}: {@code s * (1 - s) * (2 + x * (1 - 2 s))}. */
    private static Value silu(Expressions e, Value x) {
        Value sigmoid = e.apply(UnaryFunction.SIGMOID, x);
        Value inner = e.affine(1, e.multiply(x, e.affine(-2, sigmoid, 1)), 2);
        return e.multiply(sigmoidSlope(e, sigmoid), inner);
    }

    /**
     * With {@code s = sigmoid(x)} and {@code t = tanh(softplus(x))}:
     * {@code (1 - t^2) * s * (2 + x * (1 - s - 2 t s))}.
     */
    private static Value mish(Expressions e, Value x) {
        Value sigmoid = e.apply(UnaryFunction.SIGMOID, x);
        Value tanh = e.apply(UnaryFunction.TANH, e.apply(new ParametricFunction.Softplus(1), x));
        Value rest = e.subtract(e.affine(-1, sigmoid, 1), e.affine(2, e.multiply(tanh, sigmoid), 0));
        return e.multiply(e.multiply(tanhSlope(e, tanh), sigmoid), e.affine(1, e.multiply(x, rest), 2));
    }
}

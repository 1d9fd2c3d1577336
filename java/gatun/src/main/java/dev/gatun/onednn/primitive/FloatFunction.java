package dev.gatun.onednn.primitive;

import dev.gatun.bindings.gatun.gatun_h;
import dev.gatun.op.function.ParametricFunction;
import dev.gatun.op.function.ScalarFunction;
import dev.gatun.op.function.UnaryFunction;
import dev.gatun.shape.DType;

/**
 * A function of one variable in the terms of Gatun's own kernels.
 *
 * @param code   which function
 * @param type   how its numbers are stored
 * @param first  its first constant, or 0
 * @param second its second constant, or 0
 */
public record FloatFunction(int code, int type, double first, double second) {
    /** A function of numbers of a type. */
    public static FloatFunction of(ScalarFunction function, DType dtype) {
        int type = type(dtype);
        return switch (function) {
            case ParametricFunction.LeakyRelu(double slope) ->
                new FloatFunction(gatun_h.GATUN_UNARY_LEAKY_RELU(), type, slope, 0);
            case ParametricFunction.Elu(double alpha) -> new FloatFunction(gatun_h.GATUN_UNARY_ELU(), type, alpha, 0);
            case ParametricFunction.Clip(double low, double high) ->
                new FloatFunction(gatun_h.GATUN_UNARY_CLIP(), type, low, high);
            case ParametricFunction.Softplus(double beta) ->
                new FloatFunction(gatun_h.GATUN_UNARY_SOFTPLUS(), type, beta, 0);
            case ParametricFunction.Power(double exponent) ->
                new FloatFunction(gatun_h.GATUN_UNARY_POWER(), type, exponent, 0);
            case UnaryFunction plain -> new FloatFunction(code(plain), type, 0, 0);
        };
    }

    /** The code of a floating-point type of at most 32 bits. */
    public static int type(DType dtype) {
        return switch (dtype) {
            case F32 -> gatun_h.GATUN_F32();
            case BF16 -> gatun_h.GATUN_BF16();
            case F16 -> gatun_h.GATUN_F16();
            case F64, I64, I32, I8, U8 ->
                throw new IllegalArgumentException("no kernel takes elements of " + dtype.lowerCase());
        };
    }

    private static int code(UnaryFunction function) {
        return switch (function) {
            case RELU -> gatun_h.GATUN_UNARY_RELU();
            case SIGMOID -> gatun_h.GATUN_UNARY_SIGMOID();
            case TANH -> gatun_h.GATUN_UNARY_TANH();
            case EXP -> gatun_h.GATUN_UNARY_EXP();
            case LOG -> gatun_h.GATUN_UNARY_LOG();
            case SQRT -> gatun_h.GATUN_UNARY_SQRT();
            case SQUARE -> gatun_h.GATUN_UNARY_SQUARE();
            case ABS -> gatun_h.GATUN_UNARY_ABS();
            case NEGATE -> gatun_h.GATUN_UNARY_NEGATE();
            case RECIPROCAL -> gatun_h.GATUN_UNARY_RECIPROCAL();
            case GELU -> gatun_h.GATUN_UNARY_GELU();
            case GELU_TANH -> gatun_h.GATUN_UNARY_GELU_TANH();
            case SILU -> gatun_h.GATUN_UNARY_SILU();
            case HARD_SIGMOID -> gatun_h.GATUN_UNARY_HARD_SIGMOID();
            case HARD_SWISH -> gatun_h.GATUN_UNARY_HARD_SWISH();
            case MISH -> gatun_h.GATUN_UNARY_MISH();
        };
    }
}

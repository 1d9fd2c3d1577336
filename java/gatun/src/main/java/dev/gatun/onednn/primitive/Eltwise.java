package dev.gatun.onednn.primitive;

import dev.gatun.bindings.onednn.onednn_h;
import dev.gatun.op.function.ParametricFunction;
import dev.gatun.op.function.ScalarFunction;
import dev.gatun.op.function.UnaryFunction;
import java.util.List;

/** A function in oneDNN's terms. */
public record Eltwise(int algorithm, float alpha, float beta) {
    /** A function of one variable. */
    public static Eltwise of(ScalarFunction function) {
        return switch (function) {
            case ParametricFunction.LeakyRelu(double slope) ->
                new Eltwise(onednn_h.dnnl_eltwise_relu(), (float) slope, 0);
            case ParametricFunction.Elu(double alpha) ->
                new Eltwise(onednn_h.dnnl_eltwise_elu(), (float) alpha, 0);
            case ParametricFunction.Clip(double low, double high) ->
                new Eltwise(onednn_h.dnnl_eltwise_clip_v2(), (float) low, (float) high);
            case ParametricFunction.Softplus(double beta) ->
                new Eltwise(onednn_h.dnnl_eltwise_soft_relu(), (float) beta, 0);
            case ParametricFunction.Power(double exponent) ->
                new Eltwise(onednn_h.dnnl_eltwise_pow(), 1, (float) exponent);
            case UnaryFunction plain -> plain(plain);
        };
    }

    private static Eltwise plain(UnaryFunction function) {
        return switch (function) {
            case RELU -> alone(onednn_h.dnnl_eltwise_relu());
            case SIGMOID -> alone(onednn_h.dnnl_eltwise_logistic());
            case TANH -> alone(onednn_h.dnnl_eltwise_tanh());
            case EXP -> alone(onednn_h.dnnl_eltwise_exp());
            case LOG -> alone(onednn_h.dnnl_eltwise_log());
            case SQRT -> alone(onednn_h.dnnl_eltwise_sqrt());
            case SQUARE -> alone(onednn_h.dnnl_eltwise_square());
            case ABS -> alone(onednn_h.dnnl_eltwise_abs());
            case NEGATE -> linear(-1, 0);
            case RECIPROCAL -> new Eltwise(onednn_h.dnnl_eltwise_pow(), 1, -1);
            case GELU -> alone(onednn_h.dnnl_eltwise_gelu_erf());
            case GELU_TANH -> alone(onednn_h.dnnl_eltwise_gelu_tanh());
            case SILU -> new Eltwise(onednn_h.dnnl_eltwise_swish(), 1, 0);
            case HARD_SIGMOID -> new Eltwise(onednn_h.dnnl_eltwise_hardsigmoid(), 1f / 6, 0.5f);
            case HARD_SWISH -> new Eltwise(onednn_h.dnnl_eltwise_hardswish(), 1f / 6, 0.5f);
            case MISH -> alone(onednn_h.dnnl_eltwise_mish());
        };
    }

    /** Whether oneDNN's function of a NaN is a NaN; the others are not taken into another kernel. */
    public static boolean keepsNan(ScalarFunction function) {
        return switch (function) {
            case UnaryFunction.EXP, UnaryFunction.HARD_SIGMOID -> false;
            case ParametricFunction.Clip _ -> false;
            case UnaryFunction _ -> true;
            case ParametricFunction _ -> true;
        };
    }

    /**
     * The functions that, one after another, are a function of a primitive's result. oneDNN's own ReLU makes a NaN
     * zero, and nobody would see it again. {@code -min(max(-x, -inf), 0)} is the same function, but for a NaN: the
     * maximum makes it minus infinity, so that the result is infinite.
     */
    public static List<Eltwise> following(ScalarFunction function) {
        Eltwise negation = linear(-1, 0);
        return function == UnaryFunction.RELU
                ? List.of(negation, new Eltwise(onednn_h.dnnl_eltwise_clip(), Float.NEGATIVE_INFINITY, 0), negation)
                : List.of(of(function));
    }

    private static Eltwise alone(int algorithm) {
        return new Eltwise(algorithm, 0, 0);
    }

    /** {@code scale * x + shift} */
    public static Eltwise linear(double scale, double shift) {
        return new Eltwise(onednn_h.dnnl_eltwise_linear(), (float) scale, (float) shift);
    }
}

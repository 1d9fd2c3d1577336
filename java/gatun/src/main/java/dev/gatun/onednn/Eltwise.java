package dev.gatun.onednn;

import dev.gatun.bindings.onednn.onednn_h;
import dev.gatun.op.UnaryFunction;
import java.util.List;

/** A function in oneDNN's terms; {@code backward} computes the slope from what {@link UnaryFunction#slopeFrom} says. */
record Eltwise(int forward, int backward, float alpha, float beta) {
    /** A function of one variable. */
    static Eltwise of(UnaryFunction function) {
        return switch (function) {
            case RELU -> same(onednn_h.dnnl_eltwise_relu(), onednn_h.dnnl_eltwise_relu_use_dst_for_bwd());
            case SIGMOID -> same(onednn_h.dnnl_eltwise_logistic(), onednn_h.dnnl_eltwise_logistic_use_dst_for_bwd());
            case TANH -> same(onednn_h.dnnl_eltwise_tanh(), onednn_h.dnnl_eltwise_tanh_use_dst_for_bwd());
            case EXP -> same(onednn_h.dnnl_eltwise_exp(), onednn_h.dnnl_eltwise_exp_use_dst_for_bwd());
            case LOG -> same(onednn_h.dnnl_eltwise_log(), onednn_h.dnnl_eltwise_log());
            case SQRT -> same(onednn_h.dnnl_eltwise_sqrt(), onednn_h.dnnl_eltwise_sqrt_use_dst_for_bwd());
            case SQUARE -> same(onednn_h.dnnl_eltwise_square(), onednn_h.dnnl_eltwise_square());
            case ABS -> same(onednn_h.dnnl_eltwise_abs(), onednn_h.dnnl_eltwise_abs());
            case NEGATE -> linear(-1, 0);
            case RECIPROCAL -> new Eltwise(onednn_h.dnnl_eltwise_pow(), onednn_h.dnnl_eltwise_pow(), 1, -1);
        };
    }

    /**
     * The functions that, one after another, are a function of a primitive's result. oneDNN's own ReLU makes a NaN
     * zero, and nobody would see it again. {@code -min(max(-x, -inf), 0)} is the same function, but for a NaN: the
     * maximum makes it minus infinity, so that the result is infinite.
     */
    static List<Eltwise> following(UnaryFunction function) {
        Eltwise negation = linear(-1, 0);
        return function == UnaryFunction.RELU
                ? List.of(negation, new Eltwise(onednn_h.dnnl_eltwise_clip(), onednn_h.dnnl_eltwise_clip(),
                Float.NEGATIVE_INFINITY, 0), negation)
                : List.of(of(function));
    }

    private static Eltwise same(int forward, int backward) {
        return new Eltwise(forward, backward, 0, 0);
    }

    /** {@code scale * x + shift} */
    static Eltwise linear(double scale, double shift) {
        return new Eltwise(
                onednn_h.dnnl_eltwise_linear(), onednn_h.dnnl_eltwise_linear(), (float) scale, (float) shift);
    }
}

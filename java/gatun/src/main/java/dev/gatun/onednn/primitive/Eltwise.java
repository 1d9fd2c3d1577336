package dev.gatun.onednn.primitive;

import dev.gatun.bindings.onednn.onednn_h;
import dev.gatun.op.UnaryFunction;

/** A function in oneDNN's terms; {@code backward} computes the slope from what {@link UnaryFunction#slopeFrom} says. */
public record Eltwise(int forward, int backward, float alpha, float beta) {
    /** A function of one variable. */
    public static Eltwise of(UnaryFunction function) {
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

    private static Eltwise same(int forward, int backward) {
        return new Eltwise(forward, backward, 0, 0);
    }

    /** {@code scale * x + shift} */
    public static Eltwise linear(double scale, double shift) {
        return new Eltwise(
                onednn_h.dnnl_eltwise_linear(), onednn_h.dnnl_eltwise_linear(), (float) scale, (float) shift);
    }
}

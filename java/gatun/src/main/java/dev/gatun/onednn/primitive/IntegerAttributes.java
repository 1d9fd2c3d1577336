package dev.gatun.onednn.primitive;

import dev.gatun.bindings.onednn.onednn_h;
import dev.gatun.ffi.NativeOwner;
import java.lang.foreign.MemorySegment;

/**
 * Attributes of a primitive on integers: which scales and zero points it reads when it runs, and what it does with a
 * sum before it rounds it. oneDNN computes {@code postOps(scales * accumulated + bias) / scale(dst) + zero point(dst)},
 * rounds half to even and saturates.
 */
public final class IntegerAttributes {
    private final MemorySegment attributes;
    private final MemorySegment postOps;
    private int count;

    public IntegerAttributes(NativeOwner owner) {
        attributes = Attributes.create(owner);
        postOps = Onednn.create(owner, "dnnl_post_ops_create", "",
                handle -> Onednn.check(onednn_h.dnnl_post_ops_destroy(handle), "dnnl_post_ops_destroy", ""),
                onednn_h::dnnl_post_ops_create);
    }

    /** A scale along the dimensions of which {@code mask} has the bits; of the whole tensor for 0. */
    public void scale(int argument, int mask) {
        Onednn.check(onednn_h.dnnl_primitive_attr_set_scales_mask(attributes, argument, mask),
                "dnnl_primitive_attr_set_scales_mask", "argument " + argument);
    }

    /** A zero point of the whole tensor. */
    public void zeroPoint(int argument) {
        Onednn.check(onednn_h.dnnl_primitive_attr_set_zero_points_mask(attributes, argument, 0),
                "dnnl_primitive_attr_set_zero_points_mask", "argument " + argument);
    }

    /** Adds what the memory of the result holds before, as elements of a type of oneDNN's. */
    public void sum(int dataType) {
        Onednn.check(onednn_h.dnnl_post_ops_append_sum(postOps, 1, 0, dataType), "dnnl_post_ops_append_sum", "");
        count++;
    }

    public void relu() {
        Onednn.check(onednn_h.dnnl_post_ops_append_eltwise(postOps, onednn_h.dnnl_eltwise_relu(), 0, 0),
                "dnnl_post_ops_append_eltwise", "relu");
        count++;
    }

    public void clip(float low, float high) {
        Onednn.check(onednn_h.dnnl_post_ops_append_eltwise(postOps, onednn_h.dnnl_eltwise_clip(), low, high),
                "dnnl_post_ops_append_eltwise", "clip");
        count++;
    }

    /** Multiplies by, or adds, a number that is read when the primitive runs; returns the code of that argument. */
    public int binary(int algorithm, MemorySegment number) {
        Onednn.check(onednn_h.dnnl_post_ops_append_binary(postOps, algorithm, number), "dnnl_post_ops_append_binary",
                "algorithm " + algorithm);
        int code = onednn_h.DNNL_ARG_ATTR_MULTIPLE_POST_OP_BASE() * (count + 1) | onednn_h.DNNL_ARG_SRC_1();
        count++;
        return code;
    }

    /** The attributes, to which nothing may be added any more. */
    public MemorySegment build() {
        Onednn.check(onednn_h.dnnl_primitive_attr_set_post_ops(attributes, postOps), "dnnl_primitive_attr_set_post_ops",
                "");
        return attributes;
    }
}

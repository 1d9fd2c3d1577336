package dev.gatun.onednn;

import dev.gatun.bindings.onednn.onednn_h;
import dev.gatun.ffi.NativeOwner;
import dev.gatun.op.Activation;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Primitive attributes. The scratchpad is always ours: the library's own is bound to one thread. */
final class Attributes {
    private final MemorySegment plain;
    private final MemorySegment relu;

    Attributes(NativeOwner owner) {
        plain = create(owner);
        relu = create(owner);
        MemorySegment postOps = Onednn.create(owner, "dnnl_post_ops_create", "",
                handle -> Onednn.check(onednn_h.dnnl_post_ops_destroy(handle), "dnnl_post_ops_destroy", ""),
                onednn_h::dnnl_post_ops_create);
        Onednn.check(onednn_h.dnnl_post_ops_append_eltwise(postOps, onednn_h.dnnl_eltwise_relu(), 0, 0),
                "dnnl_post_ops_append_eltwise", "relu");
        Onednn.check(onednn_h.dnnl_primitive_attr_set_post_ops(relu, postOps), "dnnl_primitive_attr_set_post_ops", "");
    }

    private static MemorySegment create(NativeOwner owner) {
        MemorySegment attributes = Onednn.create(owner, "dnnl_primitive_attr_create", "",
                handle -> Onednn.check(onednn_h.dnnl_primitive_attr_destroy(handle), "dnnl_primitive_attr_destroy", ""),
                onednn_h::dnnl_primitive_attr_create);
        Onednn.check(onednn_h.dnnl_primitive_attr_set_scratchpad_mode(attributes, onednn_h.dnnl_scratchpad_mode_user()),
                "dnnl_primitive_attr_set_scratchpad_mode", "user");
        return attributes;
    }

    /** Nothing after the primitive. */
    MemorySegment plain() {
        return plain;
    }

    /** The activation after the primitive. */
    MemorySegment with(Activation activation) {
        return switch (activation) {
            case NONE -> plain;
            case RELU -> relu;
        };
    }

    /** An array of numbers for a call. */
    static MemorySegment longs(Arena scratch, long... values) {
        return scratch.allocateFrom(java.lang.foreign.ValueLayout.JAVA_LONG, values);
    }
}

package dev.gatun.onednn.primitive;

import dev.gatun.bindings.onednn.onednn_h;
import dev.gatun.ffi.NativeOwner;
import dev.gatun.op.function.ScalarFunction;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Primitive attributes. The scratchpad is always ours: the library's own is bound to one thread. */
public final class Attributes {
    private final NativeOwner owner;
    private final MemorySegment plain;
    private final Map<ScalarFunction, MemorySegment> followed = new HashMap<>();

    public Attributes(NativeOwner owner) {
        this.owner = owner;
        this.plain = create(owner);
    }

    static MemorySegment create(NativeOwner owner) {
        MemorySegment attributes = Onednn.create(owner, "dnnl_primitive_attr_create", "",
                handle -> Onednn.check(onednn_h.dnnl_primitive_attr_destroy(handle), "dnnl_primitive_attr_destroy", ""),
                onednn_h::dnnl_primitive_attr_create);
        Onednn.check(onednn_h.dnnl_primitive_attr_set_scratchpad_mode(attributes, onednn_h.dnnl_scratchpad_mode_user()),
                "dnnl_primitive_attr_set_scratchpad_mode", "user");
        return attributes;
    }

    /** Nothing after the primitive. */
    public MemorySegment plain() {
        return plain;
    }

    /** A function of the primitive's result in the same pass; null for none. */
    public MemorySegment with(@Nullable ScalarFunction function) {
        return function == null ? plain : followed.computeIfAbsent(function, this::followedBy);
    }

    private MemorySegment followedBy(ScalarFunction function) {
        MemorySegment postOps = Onednn.create(owner, "dnnl_post_ops_create", "",
                handle -> Onednn.check(onednn_h.dnnl_post_ops_destroy(handle), "dnnl_post_ops_destroy", ""),
                onednn_h::dnnl_post_ops_create);
        for (Eltwise eltwise : Eltwise.following(function)) {
            Onednn.check(onednn_h.dnnl_post_ops_append_eltwise(
                    postOps, eltwise.algorithm(), eltwise.alpha(), eltwise.beta()), "dnnl_post_ops_append_eltwise",
                    function.lowerCase());
        }
        MemorySegment attributes = create(owner);
        Onednn.check(onednn_h.dnnl_primitive_attr_set_post_ops(attributes, postOps), "dnnl_primitive_attr_set_post_ops",
                "");
        return attributes;
    }

    /** An array of numbers for a call. */
    public static MemorySegment longs(Arena scratch, long... values) {
        return scratch.allocateFrom(java.lang.foreign.ValueLayout.JAVA_LONG, values);
    }
}

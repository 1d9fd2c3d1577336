package dev.gatun.onednn.primitive;

import dev.gatun.bindings.onednn.onednn_h;
import dev.gatun.ffi.NativeOwner;
import dev.gatun.shape.Stored;
import dev.gatun.shape.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;

/** A chosen implementation of a primitive. */
public record PrimitiveDescriptor(MemorySegment handle, String detail) {

    /**
     * Creates one, of oneDNN's first implementation.
     *
     * @param detail the problem, for messages
     * @throws UnimplementedException when oneDNN has no implementation
     */
    public static PrimitiveDescriptor create(
            NativeOwner owner, String function, String detail, ToIntFunction<MemorySegment> call) {
        return create(owner, function, detail, 0, Faults.none(), call);
    }

    /**
     * Creates one.
     *
     * @param detail the problem, for messages
     * @param rank   how many of oneDNN's implementations to pass over
     * @param faulty names of implementations that do not count
     * @throws UnimplementedException when oneDNN has no more than {@code rank} implementations
     */
    public static PrimitiveDescriptor create(
            NativeOwner owner, String function, String detail, int rank, Predicate<String> faulty,
            ToIntFunction<MemorySegment> call) {
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment out = scratch.allocate(onednn_h.C_POINTER);
            int status = call.applyAsInt(out);
            if (status == onednn_h.dnnl_unimplemented()) {
                throw new UnimplementedException(
                        "oneDNN " + Onednn.version() + " has no implementation (" + function + ") for " + detail);
            }
            Onednn.check(status, function, detail);
            PrimitiveDescriptor descriptor = new PrimitiveDescriptor(
                    owner.handle(out.get(onednn_h.C_POINTER, 0), PrimitiveDescriptor::destroy), detail);
            for (int left = rank; left > 0 || faulty.test(descriptor.implementation()); ) {
                if (!faulty.test(descriptor.implementation())) {
                    left--;
                }
                descriptor.passOver();
            }
            return descriptor;
        }
    }

    private void passOver() {
        int status = onednn_h.dnnl_primitive_desc_next_impl(handle);
        if (status == onednn_h.dnnl_last_impl_reached()) {
            throw new UnimplementedException("oneDNN " + Onednn.version() + " has no other implementation for "
                    + detail);
        }
        Onednn.check(status, "dnnl_primitive_desc_next_impl", detail);
    }

    private static void destroy(MemorySegment handle) {
        Onednn.check(onednn_h.dnnl_primitive_desc_destroy(handle), "dnnl_primitive_desc_destroy", "");
    }

    /** The library has no kernel for a problem. */
    public static final class UnimplementedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final String reason;

        UnimplementedException(String reason) {
            super(reason);
            this.reason = reason;
        }

        public String reason() {
            return reason;
        }
    }

    /** The descriptor of one of its arguments; belongs to this descriptor. */
    public MemorySegment memory(int what) {
        MemorySegment descriptor = onednn_h.dnnl_primitive_desc_query_md(handle, what, 0);
        if (descriptor.equals(MemorySegment.NULL)) {
            throw new IllegalStateException("oneDNN has no argument " + what + " in " + detail);
        }
        return descriptor;
    }

    public MemorySegment argument(int argument) {
        MemorySegment descriptor =
                onednn_h.dnnl_primitive_desc_query_md(handle, onednn_h.dnnl_query_exec_arg_md(), argument);
        if (descriptor.equals(MemorySegment.NULL)) {
            throw new IllegalStateException("oneDNN has no execution argument " + argument + " in " + detail);
        }
        return descriptor;
    }

    /** How an argument of a logical type must be stored. */
    public Stored stored(MemoryDescriptors descriptors, TensorType type, int argument) {
        return Stored.of(type, descriptors.layout(type, argument(argument)));
    }

    public long bytes(int argument) {
        return Onednn.memorySize(argument(argument));
    }

    public long scratchBytes() {
        return Onednn.memorySize(memory(onednn_h.dnnl_query_scratchpad_md()));
    }

    /** Whether an implementation is one of oneDNN's plain loops, many times slower than all others. */
    public static boolean isPlainLoop(String implementation) {
        return implementation.startsWith("ref");
    }

    public String implementation() {
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment out = scratch.allocate(onednn_h.C_POINTER);
            Onednn.check(onednn_h.dnnl_primitive_desc_query(handle, onednn_h.dnnl_query_impl_info_str(), 0, out),
                    "dnnl_primitive_desc_query", detail);
            return out.get(onednn_h.C_POINTER, 0).getString(0);
        }
    }
}

package dev.gatun.onednn.primitive;

import static dev.gatun.bindings.onednn.onednn_h.C_POINTER;

import dev.gatun.backend.NativeCallException;
import dev.gatun.bindings.onednn.dnnl_version_t;
import dev.gatun.bindings.onednn.onednn_h;
import dev.gatun.ffi.NativeOwner;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.ToIntFunction;

/** Checked calls into oneDNN: a status other than success becomes a {@link NativeCallException}. */
public final class Onednn {
    private Onednn() {}

    /** Throws unless {@code status} is success. Never inside the {@code try} that wraps a call. */
    public static void check(int status, String function, String detail) {
        if (status != onednn_h.dnnl_success()) {
            throw new NativeCallException("oneDNN " + version(), function,
                    onednn_h.dnnl_status2str(status).getString(0), status, detail);
        }
    }

    /** Calls a function that writes a handle to its first argument, and gives that handle to an owner. */
    public static MemorySegment create(
            NativeOwner owner, String function, String detail, NativeOwner.Destroyer destroy,
            ToIntFunction<MemorySegment> call) {
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment out = scratch.allocate(C_POINTER);
            int status = call.applyAsInt(out);
            check(status, function, detail);
            return owner.handle(out.get(C_POINTER, 0), destroy);
        }
    }

    public static String version() {
        MemorySegment version = dnnl_version_t.reinterpret(onednn_h.dnnl_version(), Arena.global(), null);
        return dnnl_version_t.major(version) + "." + dnnl_version_t.minor(version) + "."
                + dnnl_version_t.patch(version);
    }

    public static String instructionSet() {
        String name = onednn_h.dnnl_cpu_isa2str(onednn_h.dnnl_get_effective_cpu_isa()).getString(0);
        return name.startsWith("cpu_isa_") ? name.substring("cpu_isa_".length()) : name;
    }

    public static MemorySegment engine(NativeOwner owner) {
        return create(owner, "dnnl_engine_create", "cpu engine",
                handle -> check(onednn_h.dnnl_engine_destroy(handle), "dnnl_engine_destroy", ""),
                out -> onednn_h.dnnl_engine_create(out, onednn_h.dnnl_cpu(), 0));
    }

    public static MemorySegment stream(NativeOwner owner, MemorySegment engine) {
        return create(owner, "dnnl_stream_create", "in-order stream",
                handle -> check(onednn_h.dnnl_stream_destroy(handle), "dnnl_stream_destroy", ""),
                out -> onednn_h.dnnl_stream_create(out, engine, onednn_h.dnnl_stream_in_order()));
    }

    public static MemorySegment memory(NativeOwner owner, MemorySegment descriptor, MemorySegment engine,
            MemorySegment data) {
        return create(owner, "dnnl_memory_create", "",
                handle -> check(onednn_h.dnnl_memory_destroy(handle), "dnnl_memory_destroy", ""),
                out -> onednn_h.dnnl_memory_create(out, descriptor, engine, data));
    }

    public static MemorySegment primitive(NativeOwner owner, MemorySegment primitiveDescriptor, String detail) {
        return create(owner, "dnnl_primitive_create", detail,
                handle -> check(onednn_h.dnnl_primitive_destroy(handle), "dnnl_primitive_destroy", ""),
                out -> onednn_h.dnnl_primitive_create(out, primitiveDescriptor));
    }

    public static void execute(MemorySegment primitive, MemorySegment stream, int count, MemorySegment arguments,
            String detail) {
        int status = onednn_h.dnnl_primitive_execute(primitive, stream, count, arguments);
        if (status != onednn_h.dnnl_success()) {
            check(status, "dnnl_primitive_execute", detail);
        }
    }

    public static long memorySize(MemorySegment descriptor) {
        return onednn_h.dnnl_memory_desc_get_size(descriptor);
    }

    public static int queryInt(MemorySegment descriptor, int what) {
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment out = scratch.allocate(ValueLayout.JAVA_INT);
            check(onednn_h.dnnl_memory_desc_query(descriptor, what, out), "dnnl_memory_desc_query", "query " + what);
            return out.get(ValueLayout.JAVA_INT, 0);
        }
    }

    /** A query that answers with a pointer to {@code count} numbers. */
    @SuppressWarnings("restricted") // the library documents the length of what it points to
    public static long[] queryLongs(MemorySegment descriptor, int what, int count) {
        if (count == 0) {
            return new long[0];
        }
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment out = scratch.allocate(C_POINTER);
            check(onednn_h.dnnl_memory_desc_query(descriptor, what, out), "dnnl_memory_desc_query", "query " + what);
            return out.get(C_POINTER, 0).reinterpret((long) count * Long.BYTES).toArray(ValueLayout.JAVA_LONG);
        }
    }

    /** A descriptor of memory as bytes, from which {@link #descriptor} makes it again. */
    public static byte[] bytes(MemorySegment descriptor) {
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment size = scratch.allocate(ValueLayout.JAVA_LONG);
            check(onednn_h.dnnl_memory_desc_get_blob(MemorySegment.NULL, size, descriptor),
                    "dnnl_memory_desc_get_blob", "its size");
            MemorySegment bytes = scratch.allocate(size.get(ValueLayout.JAVA_LONG, 0));
            check(onednn_h.dnnl_memory_desc_get_blob(bytes, size, descriptor), "dnnl_memory_desc_get_blob", "");
            return bytes.toArray(ValueLayout.JAVA_BYTE);
        }
    }

    /** The descriptor that {@link #bytes} gave in this process. */
    public static MemorySegment descriptor(NativeOwner owner, byte[] bytes, String detail) {
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment blob = scratch.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
            return create(owner, "dnnl_memory_desc_create_with_blob", detail,
                    handle -> check(onednn_h.dnnl_memory_desc_destroy(handle), "dnnl_memory_desc_destroy", ""),
                    out -> onednn_h.dnnl_memory_desc_create_with_blob(out, blob));
        }
    }

    public static MemorySegment clone(NativeOwner owner, MemorySegment descriptor) {
        return create(owner, "dnnl_memory_desc_clone", "",
                handle -> check(onednn_h.dnnl_memory_desc_destroy(handle), "dnnl_memory_desc_destroy", ""),
                out -> onednn_h.dnnl_memory_desc_clone(out, descriptor));
    }
}

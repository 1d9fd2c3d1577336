package dev.gatun.onednn.primitive;

import dev.gatun.bindings.onednn.onednn_h;
import dev.gatun.ffi.NativeOwner;
import dev.gatun.shape.DType;
import dev.gatun.shape.Layout;
import dev.gatun.shape.Shape;
import dev.gatun.shape.Stored;
import dev.gatun.shape.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.LongStream;

/**
 * Translates between {@link Layout} and oneDNN's memory descriptors. oneDNN can make strided descriptors from numbers,
 * but blocked ones only by choosing them itself, so every descriptor it chose is remembered under its layout: for all
 * engines of the process, as programs of two devices may share variables.
 */
public final class MemoryDescriptors {
    private record Key(TensorType type, Layout layout) {}

    private record Strides(DType dtype, List<Long> extents, List<Long> strides) {}

    /** The blocked descriptors that oneDNN chose in this process, as it writes them into bytes. */
    private static final Map<Key, byte[]> CHOSEN = new ConcurrentHashMap<>();

    private final NativeOwner owner;
    private final Map<Key, MemorySegment> known = new HashMap<>();
    private final Map<TensorType, MemorySegment> undecided = new HashMap<>();
    private final Map<Strides, MemorySegment> strided = new HashMap<>();

    public MemoryDescriptors(NativeOwner owner) {
        this.owner = owner;
    }

    public static int dataType(DType dtype) {
        return switch (dtype) {
            case F64 -> onednn_h.dnnl_f64();
            case F32 -> onednn_h.dnnl_f32();
            case BF16 -> onednn_h.dnnl_bf16();
            case F16 -> onednn_h.dnnl_f16();
            case I32 -> onednn_h.dnnl_s32();
            case I8 -> onednn_h.dnnl_s8();
            case U8 -> onednn_h.dnnl_u8();
            case I64 -> throw new IllegalArgumentException("oneDNN has no 64-bit integers");
        };
    }

    /** A descriptor that leaves the layout to oneDNN. */
    public MemorySegment any(TensorType type) {
        return undecided.computeIfAbsent(
                type, key -> withTag(key.dtype(), key.shape(), onednn_h.dnnl_format_tag_any()));
    }

    /** The descriptor of a tensor in a given layout; the same one for the same arguments. */
    public MemorySegment of(TensorType type, Layout layout) {
        return known.computeIfAbsent(new Key(type, layout), key -> {
            if (!isChosen(layout)) {
                return strided(type, layout);
            }
            byte[] chosen = CHOSEN.get(key);
            if (chosen == null) {
                throw new IllegalArgumentException("oneDNN never chose the layout " + layout + " for " + type);
            }
            return Onednn.descriptor(owner, chosen, type + " as " + layout);
        });
    }

    /** The descriptor of a tensor as it is stored. */
    public MemorySegment of(Stored stored) {
        return of(stored.type(), stored.layout());
    }

    /** The layout of a descriptor that oneDNN chose, which is remembered from now on. */
    public Layout layout(TensorType type, MemorySegment descriptor) {
        Layout layout = appended(type, read(type.shape().rank(), descriptor), descriptor);
        known.computeIfAbsent(new Key(type, layout), key -> {
            if (isChosen(layout)) {
                CHOSEN.computeIfAbsent(key, _ -> Onednn.bytes(descriptor));
            }
            return Onednn.clone(owner, descriptor);
        });
        return layout;
    }

    /** Whether numbers alone do not make a descriptor of a layout. */
    private static boolean isChosen(Layout layout) {
        return layout.hasBlocks() || layout.hasAppendix();
    }

    /**
     * The layout with what oneDNN keeps behind quantized weights, if it does: which sums these are it does not say, but
     * two descriptors can be compared.
     */
    private Layout appended(TensorType type, Layout layout, MemorySegment descriptor) {
        long bytes = Onednn.memorySize(descriptor) - layout.physicalElements() * type.dtype().bytes();
        if (bytes <= 0 || type.dtype() != DType.I8) {
            return layout;
        }
        for (int kind = 1; ; kind++) {
            Layout candidate = layout.withAppendix(bytes, kind);
            Key key = new Key(type, candidate);
            byte[] chosen = CHOSEN.computeIfAbsent(key, _ -> Onednn.bytes(descriptor));
            MemorySegment other = known.computeIfAbsent(key, _ -> Onednn.descriptor(owner, chosen, key.toString()));
            if (onednn_h.dnnl_memory_desc_equal(other, descriptor) != 0) {
                return candidate;
            }
        }
    }

    private static Layout read(int rank, MemorySegment descriptor) {
        int kind = Onednn.queryInt(descriptor, onednn_h.dnnl_query_format_kind());
        if (kind != onednn_h.dnnl_blocked()) {
            throw new IllegalStateException("oneDNN chose a layout that strides and blocks cannot describe: kind "
                    + kind);
        }
        int blocks = Onednn.queryInt(descriptor, onednn_h.dnnl_query_inner_nblks_s32());
        long[] sizes = Onednn.queryLongs(descriptor, onednn_h.dnnl_query_inner_blks(), blocks);
        long[] dimensions = Onednn.queryLongs(descriptor, onednn_h.dnnl_query_inner_idxs(), blocks);
        int[] blockSizes = new int[blocks];
        int[] blockDimensions = new int[blocks];
        for (int i = 0; i < blocks; i++) {
            blockSizes[i] = Math.toIntExact(sizes[i]);
            blockDimensions[i] = Math.toIntExact(dimensions[i]);
        }
        return Layout.blocked(Onednn.queryLongs(descriptor, onednn_h.dnnl_query_strides(), rank),
                Onednn.queryLongs(descriptor, onednn_h.dnnl_query_padded_dims(), rank), blockSizes, blockDimensions);
    }

    private MemorySegment strided(TensorType type, Layout layout) {
        Shape shape = type.shape();
        if (shape.rank() == 0) {
            return strides(type.dtype(), new long[] {1}, new long[] {1}, type.toString());
        }
        return strides(type.dtype(), shape.extents(), layout.strides(), type + " as " + layout);
    }

    /**
     * A strided descriptor of any rank, also one that no {@link TensorType} of the graph has; the same one for the same
     * arguments.
     */
    public MemorySegment strides(DType dtype, long[] extents, long[] strides, String detail) {
        Strides key = new Strides(dtype, LongStream.of(extents).boxed().toList(),
                LongStream.of(strides).boxed().toList());
        return strided.computeIfAbsent(key, _ -> create(dtype, extents, strides, detail));
    }

    private MemorySegment create(DType dtype, long[] extents, long[] strides, String detail) {
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment dims = scratch.allocateFrom(ValueLayout.JAVA_LONG, extents);
            MemorySegment steps = scratch.allocateFrom(ValueLayout.JAVA_LONG, strides);
            return Onednn.create(owner, "dnnl_memory_desc_create_with_strides", detail,
                    MemoryDescriptors::destroy,
                    out -> onednn_h.dnnl_memory_desc_create_with_strides(
                            out, extents.length, dims, dataType(dtype), steps));
        }
    }

    private MemorySegment withTag(DType dtype, Shape shape, int tag) {
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment dims = scratch.allocateFrom(ValueLayout.JAVA_LONG, shape.extents());
            return Onednn.create(owner, "dnnl_memory_desc_create_with_tag", shape + " tag " + tag,
                    MemoryDescriptors::destroy,
                    out -> onednn_h.dnnl_memory_desc_create_with_tag(out, shape.rank(), dims, dataType(dtype), tag));
        }
    }

    private static void destroy(MemorySegment handle) {
        Onednn.check(onednn_h.dnnl_memory_desc_destroy(handle), "dnnl_memory_desc_destroy", "");
    }
}

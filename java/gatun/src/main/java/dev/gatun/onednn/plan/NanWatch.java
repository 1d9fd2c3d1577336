package dev.gatun.onednn.plan;

import dev.gatun.backend.HostBinding;
import dev.gatun.backend.Kernel;
import dev.gatun.onednn.primitive.Kernels;
import dev.gatun.shape.DType;
import dev.gatun.shape.Stored;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * Sees to it that a NaN is not lost in a primitive whose maximum drops it: in max pooling, and in the ReLU of a batch
 * normalisation. Where something that the primitive reads, or the statistics that it computes, make NaN of what they
 * touch, the first element of the result becomes NaN: the loss will not be finite, and the layer is found.
 *
 * @param elements inputs in which a NaN counts: its place in the result is lost, and an infinity is a number
 * @param vectors  inputs of one number a channel, none of which may be infinite either
 * @param computed outputs of one number a channel, the same
 */
public record NanWatch(List<Integer> elements, List<Integer> vectors, List<Integer> computed) {
    /** Nothing is dropped. */
    public static final NanWatch NONE = new NanWatch(List.of(), List.of(), List.of());

    public NanWatch {
        elements = List.copyOf(elements);
        vectors = List.copyOf(vectors);
        computed = List.copyOf(computed);
    }

    /** A primitive whose elements are all looked at. */
    public static NanWatch ofElements(int input) {
        return new NanWatch(List.of(input), List.of(), List.of());
    }

    /** The primitive, and then the look at what it read and wrote. Both may lie in the same memory. */
    public Kernel watched(Kernel primitive, PrimitivePlan plan, HostBinding binding, MemorySegment word) {
        MemorySegment[] read = elements.stream().filter(i -> plan.inputs().get(i).type().dtype() == DType.F32)
                .map(i -> exactly(binding.inputs().get(i), plan.inputs().get(i))).toArray(MemorySegment[]::new);
        MemorySegment[] finite = new MemorySegment[vectors.size() + computed.size()];
        for (int i = 0; i < vectors.size(); i++) {
            finite[i] = exactly(binding.inputs().get(vectors.get(i)), plan.inputs().get(vectors.get(i)));
        }
        for (int i = 0; i < computed.size(); i++) {
            finite[vectors.size() + i] =
                    exactly(binding.outputs().get(computed.get(i)), plan.outputs().get(computed.get(i)));
        }
        DType dtype = plan.outputs().getFirst().type().dtype();
        MemorySegment result = binding.outputs().getFirst();
        return () -> {
            boolean lost = false;
            for (MemorySegment memory : read) {
                lost |= hasNan(memory, word);
            }
            primitive.run();
            for (MemorySegment memory : finite) {
                lost |= firstNonFinite(memory, word) >= 0;
            }
            if (lost) {
                mark(dtype, result);
            }
        };
    }

    private static MemorySegment exactly(MemorySegment memory, Stored stored) {
        return memory.asSlice(0, stored.bytes());
    }

    private static long firstNonFinite(MemorySegment memory, MemorySegment word) {
        return Kernels.findNonFinite(memory.byteSize() / Float.BYTES, memory, word);
    }

    private static boolean hasNan(MemorySegment memory, MemorySegment word) {
        long first = firstNonFinite(memory, word);
        for (long i = first; i >= 0 && i < memory.byteSize() / Float.BYTES; i++) { // hardly ever
            if (Float.isNaN(memory.getAtIndex(ValueLayout.JAVA_FLOAT, i))) {
                return true;
            }
        }
        return false;
    }

    private static void mark(DType dtype, MemorySegment result) {
        switch (dtype) {
            case F32 -> result.set(ValueLayout.JAVA_FLOAT, 0, Float.NaN);
            case BF16 -> result.set(ValueLayout.JAVA_SHORT, 0, (short) 0x7FC0);
            case F16 -> result.set(ValueLayout.JAVA_SHORT, 0, (short) 0x7E00);
            case F64, I64, I32, I8, U8 ->
                throw new IllegalStateException("no NaN of " + dtype.lowerCase() + " can be lost");
        }
    }
}

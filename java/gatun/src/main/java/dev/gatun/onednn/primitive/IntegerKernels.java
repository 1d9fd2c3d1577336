package dev.gatun.onednn.primitive;

import dev.gatun.bindings.gatun.gatun_h;
import java.lang.foreign.MemorySegment;

/** Gatun's own kernels on integers of 8 bits, with checked calls; shapes as in {@code gatun.h}. */
public final class IntegerKernels {
    private IntegerKernels() {}

    /**
     * A tensor {@code (outer, channels, inner)} with a scale for each channel.
     *
     * @param outer    product of the extents before the channels
     * @param channels how many there are
     * @param inner    product of the extents behind
     */
    public record Channels(long outer, long channels, long inner) {}

    /**
     * Integers that are added.
     *
     * @param signed    whether they are i8; u8 otherwise
     * @param zeroPoint {@link MemorySegment#NULL} for 0
     */
    public record Term(boolean signed, MemorySegment q, MemorySegment scale, MemorySegment zeroPoint) {
        /** No term. */
        public static final Term NONE =
                new Term(false, MemorySegment.NULL, MemorySegment.NULL, MemorySegment.NULL);
    }

    private static long elements(Channels of) {
        return of.outer * of.channels * of.inner;
    }

    public static void quantize(Channels of, MemorySegment x, MemorySegment scale, MemorySegment zeroPoint, int low,
            int high, MemorySegment q) {
        Kernels.check(gatun_h.gatun_quantize(of.outer, of.channels, of.inner, low, high, x, scale, zeroPoint, q),
                "gatun_quantize", elements(of));
    }

    public static void dequantize(Channels of, boolean signed, MemorySegment q, MemorySegment scale,
            MemorySegment zeroPoint, MemorySegment y) {
        Kernels.check(gatun_h.gatun_dequantize(of.outer, of.channels, of.inner, signed ? 1 : 0, q, scale, zeroPoint,
                y), "gatun_dequantize", elements(of));
    }

    public static void sum(long elements, Term first, Term second, boolean relu, MemorySegment scale,
            MemorySegment zeroPoint, int low, int high, MemorySegment y) {
        Kernels.check(gatun_h.gatun_quantized_sum(elements, first.signed ? 1 : 0, first.q, first.scale,
                first.zeroPoint, second.signed ? 1 : 0, second.q, second.scale, second.zeroPoint, relu ? 1 : 0, low,
                high, scale, zeroPoint, y), "gatun_quantized_sum", elements);
    }
}

package dev.gatun.onednn.primitive;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Gatun's own kernels on integers of 8 bits. */
public final class IntegerKernels {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

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

    public static void quantize(Channels of, MemorySegment x, MemorySegment scale, MemorySegment zeroPoint, int low,
            int high, MemorySegment q) {
        long i = 0;
        for (long o = 0; o < of.outer; o++) {
            for (long c = 0; c < of.channels; c++) {
                float divisor = scale.getAtIndex(FLOAT, c);
                float zero = zeroPoint.equals(MemorySegment.NULL) ? 0 : zeroPoint.getAtIndex(FLOAT, c);
                for (long k = 0; k < of.inner; k++, i++) {
                    double value = Math.rint(x.getAtIndex(FLOAT, i) / divisor) + zero;
                    q.set(ValueLayout.JAVA_BYTE, i, (byte) Math.clamp(value, low, high));
                }
            }
        }
    }

    public static void dequantize(Channels of, boolean signed, MemorySegment q, MemorySegment scale,
            MemorySegment zeroPoint, MemorySegment y) {
        long i = 0;
        for (long o = 0; o < of.outer; o++) {
            for (long c = 0; c < of.channels; c++) {
                float factor = scale.getAtIndex(FLOAT, c);
                float zero = zeroPoint.equals(MemorySegment.NULL) ? 0 : zeroPoint.getAtIndex(FLOAT, c);
                for (long k = 0; k < of.inner; k++, i++) {
                    byte bits = q.get(ValueLayout.JAVA_BYTE, i);
                    y.setAtIndex(FLOAT, i, factor * ((signed ? bits : bits & 0xff) - zero));
                }
            }
        }
    }

    public static void sum(long elements, Term first, Term second, boolean relu, MemorySegment scale,
            MemorySegment zeroPoint, int low, int high, MemorySegment y) {
        float divisor = scale.get(FLOAT, 0);
        float zero = zeroPoint.equals(MemorySegment.NULL) ? 0 : zeroPoint.get(FLOAT, 0);
        for (long i = 0; i < elements; i++) {
            float sum = at(first, i) + at(second, i);
            double value = Math.rint((relu ? Math.max(sum, 0) : sum) / divisor) + zero;
            y.set(ValueLayout.JAVA_BYTE, i, (byte) Math.clamp(value, low, high));
        }
    }

    private static float at(Term term, long index) {
        if (term.q.equals(MemorySegment.NULL)) {
            return 0;
        }
        byte bits = term.q.get(ValueLayout.JAVA_BYTE, index);
        float zero = term.zeroPoint.equals(MemorySegment.NULL) ? 0 : term.zeroPoint.get(FLOAT, 0);
        return term.scale.get(FLOAT, 0) * ((term.signed ? bits : bits & 0xff) - zero);
    }
}

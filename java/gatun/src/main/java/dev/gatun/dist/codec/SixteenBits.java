package dev.gatun.dist.codec;

import dev.gatun.shape.Bfloat16;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Types of 16 bits and loops that convert to and from them. What is not finite, or would not be, becomes NaN. */
enum SixteenBits {
    BF16 {
        // Magnitudes from here on round to infinity, or are not finite.
        private static final int OVERFLOW = 0x7f7f8000;

        private static final int NAN = 0x7fc0;

        @Override
        void encode(MemorySegment floats, long from, MemorySegment shorts, long to, int count, float scale) {
            for (int i = 0; i < count; i++) {
                int bits = Floats.bits(floats, from + 4L * i);
                int rounded = (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
                shorts.set(ValueLayout.JAVA_SHORT, to + 2L * i,
                        (short) ((bits & Floats.MAGNITUDE) >= OVERFLOW ? NAN : rounded));
            }
        }

        @Override
        void decode(MemorySegment shorts, long from, MemorySegment floats, long to, int count, float scale) {
            for (int i = 0; i < count; i++) {
                Floats.set(floats, to + 4L * i,
                        Bfloat16.toFloat(shorts.get(ValueLayout.JAVA_SHORT, from + 2L * i)));
            }
        }

        @Override
        void add(MemorySegment shorts, long from, MemorySegment floats, long to, int count) {
            for (int i = 0; i < count; i++) {
                Floats.set(floats, to + 4L * i, Floats.get(floats, to + 4L * i)
                        + Bfloat16.toFloat(shorts.get(ValueLayout.JAVA_SHORT, from + 2L * i)));
            }
        }
    },
    F16 {
        @Override
        void encode(MemorySegment floats, long from, MemorySegment shorts, long to, int count, float scale) {
            for (int i = 0; i < count; i++) {
                shorts.set(ValueLayout.JAVA_SHORT, to + 2L * i,
                        Float.floatToFloat16(Floats.get(floats, from + 4L * i) * scale));
            }
        }

        @Override
        void decode(MemorySegment shorts, long from, MemorySegment floats, long to, int count, float scale) {
            for (int i = 0; i < count; i++) {
                Floats.set(floats, to + 4L * i,
                        Float.float16ToFloat(shorts.get(ValueLayout.JAVA_SHORT, from + 2L * i)) * scale);
            }
        }

        @Override
        void add(MemorySegment shorts, long from, MemorySegment floats, long to, int count) {
            for (int i = 0; i < count; i++) {
                Floats.set(floats, to + 4L * i, Floats.get(floats, to + 4L * i)
                        + Float.float16ToFloat(shorts.get(ValueLayout.JAVA_SHORT, from + 2L * i)));
            }
        }
    };

    static final int BYTES = Short.BYTES;

    /** Rounds floats to nearest, ties to even; those of f16 times {@code scale}, with which none may overflow. */
    abstract void encode(MemorySegment floats, long from, MemorySegment shorts, long to, int count, float scale);

    /** Writes numbers as floats; those of f16 times {@code scale}. */
    abstract void decode(MemorySegment shorts, long from, MemorySegment floats, long to, int count, float scale);

    /** Adds numbers to floats. */
    abstract void add(MemorySegment shorts, long from, MemorySegment floats, long to, int count);
}

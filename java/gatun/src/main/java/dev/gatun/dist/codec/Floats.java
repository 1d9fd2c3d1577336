package dev.gatun.dist.codec;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Loops over floats in memory. A magnitude as bits is the number without its sign, and ordered as the numbers are. */
final class Floats {
    /** All bits but the sign. */
    static final int MAGNITUDE = 0x7fffffff;
    /** The bits of infinity: magnitudes from here on are not finite. */
    static final int INFINITY = 0x7f800000;

    private Floats() {}

    static float get(MemorySegment values, long at) {
        return values.get(ValueLayout.JAVA_FLOAT, at);
    }

    static void set(MemorySegment values, long at, float value) {
        values.set(ValueLayout.JAVA_FLOAT, at, value);
    }

    static int bits(MemorySegment values, long at) {
        return values.get(ValueLayout.JAVA_INT, at);
    }

    /** Returns the largest magnitude as bits. */
    static int largestMagnitude(MemorySegment values, long at, int count) {
        int largest = 0;
        for (int i = 0; i < count; i++) {
            largest = Math.max(largest, bits(values, at + 4L * i) & MAGNITUDE);
        }
        return largest;
    }

    static boolean areFinite(MemorySegment values, long at, int count) {
        return largestMagnitude(values, at, count) < INFINITY;
    }

    /** Adds {@code added} to {@code values}. */
    static void add(MemorySegment values, long at, MemorySegment added, long from, int count) {
        for (int i = 0; i < count; i++) {
            set(values, at + 4L * i, get(values, at + 4L * i) + get(added, from + 4L * i));
        }
    }

    static void multiply(MemorySegment values, long at, int count, float factor) {
        for (int i = 0; i < count; i++) {
            set(values, at + 4L * i, get(values, at + 4L * i) * factor);
        }
    }

    static void fill(MemorySegment values, long at, int count, float value) {
        for (int i = 0; i < count; i++) {
            set(values, at + 4L * i, value);
        }
    }

    static void copy(MemorySegment from, long fromAt, MemorySegment to, long toAt, int count) {
        MemorySegment.copy(from, fromAt, to, toAt, 4L * count);
    }
}

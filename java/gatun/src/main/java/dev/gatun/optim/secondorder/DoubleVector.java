package dev.gatun.optim.secondorder;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Numbers in memory, with what optimizers of small problems do to them; sums run from the first element to the last.
 */
record DoubleVector(MemorySegment memory) {
    /** Vectors of n elements each, one after the other. */
    static DoubleVector at(MemorySegment all, long n, long index) {
        return new DoubleVector(all.asSlice(index * n * Double.BYTES, n * Double.BYTES));
    }

    long length() {
        return memory.byteSize() / Double.BYTES;
    }

    double get(long i) {
        return memory.getAtIndex(ValueLayout.JAVA_DOUBLE_UNALIGNED, i);
    }

    void set(long i, double value) {
        memory.setAtIndex(ValueLayout.JAVA_DOUBLE_UNALIGNED, i, value);
    }

    void set(DoubleVector other) {
        memory.copyFrom(other.memory);
    }

    /** {@code this = factor * other}. */
    void set(double factor, DoubleVector other) {
        for (long i = 0; i < length(); i++) {
            set(i, factor * other.get(i));
        }
    }

    /** {@code this = this + factor * other}. */
    void add(double factor, DoubleVector other) {
        for (long i = 0; i < length(); i++) {
            set(i, get(i) + factor * other.get(i));
        }
    }

    double dot(DoubleVector other) {
        double sum = 0;
        for (long i = 0; i < length(); i++) {
            sum += get(i) * other.get(i);
        }
        return sum;
    }

    /** The largest magnitude; NaN where an element is. */
    double largest() {
        double most = 0;
        for (long i = 0; i < length(); i++) {
            most = Math.max(most, Math.abs(get(i)));
        }
        return most;
    }

    double sumOfMagnitudes() {
        double sum = 0;
        for (long i = 0; i < length(); i++) {
            sum += Math.abs(get(i));
        }
        return sum;
    }

    double[] toArray() {
        return memory.toArray(ValueLayout.JAVA_DOUBLE_UNALIGNED);
    }

    void set(double[] values) {
        memory.copyFrom(MemorySegment.ofArray(values));
    }

    /** Memory of the caller's as n doubles. */
    static DoubleVector checked(String what, MemorySegment memory, long n) {
        if (memory.byteSize() != n * Double.BYTES || memory.isReadOnly()) {
            throw new IllegalArgumentException(
                    what + " must be " + n + " doubles that can be written, got " + memory);
        }
        return new DoubleVector(memory);
    }
}

package dev.gatun.dist.codec;

import dev.gatun.memory.HostBuffer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * Finds the elements of largest magnitude without sorting: a histogram of the leading bits of all magnitudes leaves a
 * few candidates, and histograms of the bits behind them say which is the last. Ties are won by the lower index.
 */
final class TopSelection {
    /** Bits of the first histogram, and of the two behind it; a magnitude has 31. */
    private static final int LEADING = 11;

    private static final int FOLLOWING = 10;
    private static final int BINS = 1 << LEADING;
    private static final int FIRST_SHIFT = Integer.SIZE - 1 - LEADING;

    /** Histograms at once: equal magnitudes in a row would wait for each other's increments. */
    private static final int LANES = 4;

    /** Candidates that are looked at apart, for each element that is wanted at most. */
    private static final int CANDIDATES = 3;

    private final int room;
    private final int[] histogram = new int[LANES * BINS];
    private final HostBuffer magnitudes;
    private final HostBuffer indices;

    /** Elements above the bins that are still looked at. */
    private int above;

    /**
     * Creates a selection.
     *
     * @param most of how many elements at most
     */
    TopSelection(int most, CodecMemory memory) {
        room = (int) Math.min((long) CANDIDATES * most, Integer.MAX_VALUE - 64);
        magnitudes = memory.staging("magnitudes of candidates", (long) Integer.BYTES * room);
        indices = memory.staging("indices of candidates", (long) Integer.BYTES * room);
    }

    /**
     * Writes indices and values of the elements of largest magnitude, in the order of their indices.
     *
     * @param count elements, from {@code at} on
     * @param top   how many are wanted, from 1 to {@code count}
     * @param into  takes {@code top} indices as ints from {@code to} on, and the values behind them
     * @return whether all elements are finite; otherwise nothing was written
     */
    boolean select(MemorySegment values, long at, int count, int top, MemorySegment into, long to) {
        countLeading(values, at, count);
        for (int bin = Floats.INFINITY >>> FIRST_SHIFT; bin < BINS; bin++) {
            if (histogram[bin] > 0) {
                return false;
            }
        }
        above = 0;
        int threshold = lastBin(BINS, top);
        int found = above + histogram[threshold];
        if (found <= room) {
            collect(values, at, count, threshold << FIRST_SHIFT);
            threshold = refine(magnitudes.segment(), 0, found, threshold, top);
            emitCandidates(found, threshold, top, values, at, into, to);
        } else {
            threshold = refine(values, at, count, threshold, top);
            emit(count, threshold, top, values, at, into, to);
        }
        return true;
    }

    private void countLeading(MemorySegment values, long at, int count) {
        Arrays.fill(histogram, 0);
        int i = 0;
        for (; i < count - LANES + 1; i += LANES) {
            long p = at + 4L * i;
            histogram[(Floats.bits(values, p) & Floats.MAGNITUDE) >>> FIRST_SHIFT]++;
            histogram[BINS + ((Floats.bits(values, p + 4) & Floats.MAGNITUDE) >>> FIRST_SHIFT)]++;
            histogram[2 * BINS + ((Floats.bits(values, p + 8) & Floats.MAGNITUDE) >>> FIRST_SHIFT)]++;
            histogram[3 * BINS + ((Floats.bits(values, p + 12) & Floats.MAGNITUDE) >>> FIRST_SHIFT)]++;
        }
        for (; i < count; i++) {
            histogram[(Floats.bits(values, at + 4L * i) & Floats.MAGNITUDE) >>> FIRST_SHIFT]++;
        }
        for (int bin = 0; bin < BINS; bin++) {
            histogram[bin] += histogram[BINS + bin] + histogram[2 * BINS + bin] + histogram[3 * BINS + bin];
        }
    }

    /** Returns the bin of the last element that is wanted, and adds those of the bins above it to {@link #above}. */
    private int lastBin(int bins, int top) {
        int bin = bins - 1;
        while (above + histogram[bin] < top) {
            above += histogram[bin];
            bin--;
        }
        return bin;
    }

    /** Copies the elements from a magnitude on. */
    private void collect(MemorySegment values, long at, int count, int least) {
        MemorySegment toMagnitudes = magnitudes.segment();
        MemorySegment toIndices = indices.segment();
        long found = 0;
        for (int i = 0; i < count; i++) {
            int magnitude = Floats.bits(values, at + 4L * i) & Floats.MAGNITUDE;
            if (magnitude >= least) {
                toMagnitudes.set(ValueLayout.JAVA_INT, found, magnitude);
                toIndices.set(ValueLayout.JAVA_INT, found, i);
                found += Integer.BYTES;
            }
        }
    }

    /** Returns the magnitude of the last element that is wanted, of which the leading bits are known. */
    private int refine(MemorySegment values, long at, int count, int leading, int top) {
        int prefix = leading;
        for (int shift = FIRST_SHIFT; shift > 0; shift -= FOLLOWING) {
            countFollowing(values, at, count, prefix, shift);
            prefix = (prefix << FOLLOWING) | lastBin(1 << FOLLOWING, top);
        }
        return prefix;
    }

    private void countFollowing(MemorySegment values, long at, int count, int prefix, int shift) {
        Arrays.fill(histogram, 0, 1 << FOLLOWING, 0);
        for (int i = 0; i < count; i++) {
            int magnitude = Floats.bits(values, at + 4L * i) & Floats.MAGNITUDE;
            if (magnitude >>> shift == prefix) {
                histogram[(magnitude >>> (shift - FOLLOWING)) & ((1 << FOLLOWING) - 1)]++;
            }
        }
    }

    private void emitCandidates(
            int found, int threshold, int top, MemorySegment values, long at, MemorySegment into, long to) {
        int ties = top - above;
        int written = 0;
        for (int i = 0; i < found; i++) {
            int magnitude = magnitudes.segment().get(ValueLayout.JAVA_INT, 4L * i);
            if (magnitude > threshold || (magnitude == threshold && ties-- > 0)) {
                int index = indices.segment().get(ValueLayout.JAVA_INT, 4L * i);
                write(index, Floats.get(values, at + 4L * index), written++, top, into, to);
            }
        }
    }

    private void emit(int count, int threshold, int top, MemorySegment values, long at, MemorySegment into, long to) {
        int ties = top - above;
        int written = 0;
        for (int i = 0; i < count; i++) {
            float value = Floats.get(values, at + 4L * i);
            int magnitude = Float.floatToRawIntBits(value) & Floats.MAGNITUDE;
            if (magnitude > threshold || (magnitude == threshold && ties-- > 0)) {
                write(i, value, written++, top, into, to);
            }
        }
    }

    private static void write(int index, float value, int number, int top, MemorySegment into, long to) {
        into.set(ValueLayout.JAVA_INT, to + 4L * number, index);
        Floats.set(into, to + 4L * top + 4L * number, value);
    }
}

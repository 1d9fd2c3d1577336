package dev.gatun.dist.codec;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** The tensors of a slab in the order in which they lie there, found without allocating. */
final class Tensors {
    private final long[] offsets;
    private final long[] ends;
    private final int[] rows;
    private final int[] columns;
    private final long slabBytes;

    /**
     * Sorts tensors.
     *
     * @throws IllegalArgumentException when one overlaps another, or lies outside of the slab
     */
    Tensors(List<TensorRange> tensors, long slabBytes) {
        if (slabBytes < 0 || slabBytes % Float.BYTES != 0) {
            throw new IllegalArgumentException("a slab of floats has a multiple of 4 bytes, not " + slabBytes);
        }
        List<TensorRange> sorted = tensors.stream().sorted(Comparator.comparingLong(TensorRange::offset)).toList();
        this.slabBytes = slabBytes;
        offsets = sorted.stream().mapToLong(TensorRange::offset).toArray();
        ends = sorted.stream().mapToLong(TensorRange::end).toArray();
        rows = sorted.stream().mapToInt(tensor -> (int) tensor.rows()).toArray();
        columns = sorted.stream().mapToInt(tensor -> (int) tensor.columns()).toArray();
        for (int i = 0; i < offsets.length; i++) {
            if (ends[i] > (i + 1 < offsets.length ? offsets[i + 1] : slabBytes)) {
                throw new IllegalArgumentException("the tensor at byte " + offsets[i] + ", of "
                        + (ends[i] - offsets[i]) + " bytes, overlaps the next, or the end of the slab of " + slabBytes
                        + " bytes");
            }
        }
    }

    int count() {
        return offsets.length;
    }

    long offset(int tensor) {
        return offsets[tensor];
    }

    int rows(int tensor) {
        return rows[tensor];
    }

    int columns(int tensor) {
        return columns[tensor];
    }

    int elements(int tensor) {
        return rows[tensor] * columns[tensor];
    }

    /** Returns the first tensor of a range, or the one behind it where the range has none. */
    int firstOf(long offset, long bytes) {
        if (offset < 0 || bytes < 0 || bytes > slabBytes - offset || offset % Float.BYTES != 0
                || bytes % Float.BYTES != 0) {
            throw new IllegalArgumentException(bytes + " bytes from byte " + offset
                    + " are no range of floats of a slab of " + slabBytes + " bytes");
        }
        if (bytes / Float.BYTES > Integer.MAX_VALUE - 64) {
            throw new IllegalArgumentException("a range of " + bytes + " bytes is too large to be compressed, at most "
                    + "8 GiB less 260 bytes can be: use smaller ranges");
        }
        int first = from(offset);
        checkBound(first, offset);
        return first;
    }

    /** Returns the first tensor behind a range, for which {@link #firstOf} has been asked. */
    int endOf(long offset, long bytes) {
        int end = from(offset + bytes);
        checkBound(end, offset + bytes);
        return end;
    }

    /** The first tensor that begins at an offset or behind it. */
    private int from(long offset) {
        int found = Arrays.binarySearch(offsets, offset);
        return found < 0 ? -found - 1 : found;
    }

    private void checkBound(int next, long bound) {
        if (next > 0 && ends[next - 1] > bound) {
            throw new IllegalArgumentException("a range with a bound at byte " + bound + " cuts the tensor at byte "
                    + offsets[next - 1] + ": ranges are unions of whole tensors");
        }
    }
}

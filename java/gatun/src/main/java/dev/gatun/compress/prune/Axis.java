package dev.gatun.compress.prune;

import java.util.Arrays;

/**
 * One dimension of a value: which channel each index belongs to, or none of them where the dimension is one that is
 * never pruned, such as a batch or the rows of an image.
 */
final class Axis {
    private final long extent;
    private final int[] atoms;

    private Axis(long extent, int[] atoms) {
        this.extent = extent;
        this.atoms = atoms;
    }

    /** A dimension that is never pruned. */
    static Axis free(long extent) {
        return new Axis(extent, new int[0]);
    }

    /** A dimension of channels; of a single one it is free. */
    static Axis of(int... atoms) {
        return atoms.length == 1 ? free(1) : new Axis(atoms.length, atoms.clone());
    }

    boolean isFree() {
        return atoms.length == 0;
    }

    long extent() {
        return extent;
    }

    /** The channel of an index. */
    int atom(int index) {
        return atoms[index];
    }

    /** The channels of all indices; none where it is free. */
    int[] atoms() {
        return atoms.clone();
    }

    /** Some of its indices. */
    int[] range(long start, long length) {
        return Arrays.copyOfRange(atoms, Math.toIntExact(start), Math.toIntExact(start + length));
    }
}

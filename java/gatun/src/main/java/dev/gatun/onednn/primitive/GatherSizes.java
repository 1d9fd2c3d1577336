package dev.gatun.onednn.primitive;

import dev.gatun.shape.Shape;

/** How a table that rows are chosen from lies: {@code (outer, rows, inner)}; and how many are chosen. */
public record GatherSizes(long outer, long rows, long inner, long count) {
    /** Of a table whose rows lie along an axis. */
    public static GatherSizes of(Shape table, int axis, long count) {
        long outer = 1;
        for (int i = 0; i < axis; i++) {
            outer *= table.extent(i);
        }
        long inner = 1;
        for (int i = axis + 1; i < table.rank(); i++) {
            inner *= table.extent(i);
        }
        return new GatherSizes(outer, table.extent(axis), inner, count);
    }
}

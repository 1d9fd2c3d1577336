package dev.gatun.onednn.update;

import dev.gatun.bindings.gatun.gatun_matrix;
import dev.gatun.ffi.NativeOwner;
import dev.gatun.memory.HostBuffer;
import dev.gatun.memory.MemoryBudget;
import dev.gatun.memory.Role;
import dev.gatun.update.kernel.MatrixView;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Matrices of a slab, in any layout, as the structs that native code reads; the tables are counted memory of the owner.
 */
final class NativeMatrices {
    private NativeMatrices() {}

    /**
     * A matrix and its range.
     *
     * @param view  where its elements lie
     * @param range index of the range
     */
    record Ranged(MatrixView view, int range) {}

    /** A struct for each matrix, one after the other. */
    static List<MemorySegment> of(MemoryBudget memory, NativeOwner owner, List<Ranged> matrices) {
        long numbers = matrices.stream().mapToLong(matrix -> matrix.view.rows() + matrix.view.columns()).sum();
        MemorySegment tables = workspace(memory, owner, "rows and columns of matrices", numbers * Long.BYTES).segment();
        MemorySegment structs = gatun_matrix.allocateArray(matrices.size(), owner.arena());
        long at = 0;
        for (int i = 0; i < matrices.size(); i++) {
            MatrixView view = matrices.get(i).view;
            MemorySegment struct = gatun_matrix.asSlice(structs, i);
            gatun_matrix.rows(struct, view.rows());
            gatun_matrix.columns(struct, view.columns());
            gatun_matrix.range(struct, matrices.get(i).range);
            gatun_matrix.row_offsets(struct, table(tables, at, view.rowOffsets()));
            at += view.rows();
            gatun_matrix.column_offsets(struct, table(tables, at, view.columnOffsets()));
            at += view.columns();
        }
        return IntStream.range(0, matrices.size()).mapToObj(i -> gatun_matrix.asSlice(structs, i)).toList();
    }

    private static MemorySegment table(MemorySegment tables, long at, long[] offsets) {
        MemorySegment table = tables.asSlice(at * Long.BYTES, (long) offsets.length * Long.BYTES);
        MemorySegment.copy(offsets, 0, table, ValueLayout.JAVA_LONG, 0, offsets.length);
        return table;
    }

    /** Counted memory that an owner closes, and keeps until then: its address is written into structs. */
    static HostBuffer workspace(MemoryBudget memory, NativeOwner owner, String label, long bytes) {
        HostBuffer buffer = owner.own(memory.allocate(Role.WORKSPACE, label, bytes));
        buffer.retain();
        owner.own(buffer::release);
        return buffer;
    }
}

package dev.gatun.onednn.update;

import dev.gatun.ffi.NativeOwner;
import dev.gatun.onednn.primitive.CpuEngine;
import java.lang.foreign.MemorySegment;

/**
 * The iteration of Newton and Schulz on a row-major (rows, columns) matrix X of f32: {@code A = X X'}, {@code X <- (a I
 * + b A + c A A) X}. The polynomial is taken as {@code a I + A (b I + c A)}: three products and no copy. One matrix
 * follows another in the same memory.
 */
final class NewtonSchulz {
    private final MatrixProduct gram;
    private final MatrixProduct square;
    private final MatrixProduct apply;
    private final Shape shape;

    /** Extents of X, rows at most columns. */
    record Shape(long rows, long columns) {
        private long xBytes() {
            return rows * columns * Float.BYTES;
        }

        private long gramBytes() {
            return rows * rows * Float.BYTES;
        }
    }

    /**
     * What matrices share, each memory as long as the largest needs.
     *
     * @param x       where a matrix is before its first iteration
     * @param y       where it is after it
     * @param gram    the product with its transpose
     * @param factor  the inner polynomial
     * @param outer   the outer polynomial
     * @param scratch of the products
     */
    record Memory(
            MemorySegment x, MemorySegment y, MemorySegment gram, MemorySegment factor, MemorySegment outer,
            MemorySegment scratch) {}

    NewtonSchulz(CpuEngine engine, NativeOwner owner, Shape shape) {
        this.shape = shape;
        long rows = shape.rows;
        long columns = shape.columns;
        gram = new MatrixProduct(engine, owner, rows, columns, rows, MatrixProduct.Right.TRANSPOSED);
        square = new MatrixProduct(engine, owner, rows, rows, rows, MatrixProduct.Right.PLAIN);
        apply = new MatrixProduct(engine, owner, rows, rows, columns, MatrixProduct.Right.PLAIN);
    }

    long xBytes() {
        return shape.xBytes();
    }

    long gramBytes() {
        return shape.gramBytes();
    }

    long scratchBytes() {
        return Math.max(gram.scratchBytes(), Math.max(square.scratchBytes(), apply.scratchBytes()));
    }

    /** The iteration on given memory. */
    Bound bind(Memory memory) {
        return new Bound(shape.rows, memory.gram, memory.factor, memory.outer,
                square.bind(memory.gram, memory.factor, memory.outer, memory.scratch),
                new Half(memory.x, memory.y, memory), new Half(memory.y, memory.x, memory));
    }

    /** What depends on where X is: an iteration reads one memory and writes the other. */
    private final class Half {
        private final MatrixProduct.Bound gramOf;
        private final MatrixProduct.Bound applyTo;
        private final MemorySegment source;

        Half(MemorySegment source, MemorySegment target, Memory memory) {
            this.source = source;
            gramOf = gram.bind(source, source, memory.gram, memory.scratch);
            applyTo = apply.bind(memory.outer, source, target, memory.scratch);
        }
    }

    /** Ready to run; allocates nothing. */
    record Bound(
            long rows, MemorySegment gram, MemorySegment factor, MemorySegment outer, MatrixProduct.Bound square,
            Half even,
            Half odd) {

        /** Where the matrix must be before the first iteration. */
        MemorySegment input() {
            return even.source;
        }

        /** Iterates and returns where the matrix then is. */
        MemorySegment run(int steps, double a, double b, double c) {
            for (int step = 0; step < steps; step++) {
                Half half = half(step);
                half.gramOf.run();
                MatrixKernels.scaleAddIdentity(rows, c, b, gram, factor);
                square.run();
                MatrixKernels.scaleAddIdentity(rows, 1, a, outer, outer);
                half.applyTo.run();
            }
            return half(steps).source;
        }

        private Half half(int step) {
            return step % 2 == 0 ? even : odd;
        }
    }
}

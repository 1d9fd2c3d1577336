package dev.gatun.backend;

import dev.gatun.memory.MemoryBudget;
import dev.gatun.op.Op;
import dev.gatun.shape.Layout;
import dev.gatun.shape.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A processor to compute on. It belongs to the thread that opened it; a call from another thread throws
 * {@link IllegalStateException}.
 */
public interface Device extends AutoCloseable {
    /** The name it was opened by. */
    String name();

    /** Threads it computes with. */
    int threads();

    /** What its memory counts against. */
    MemoryBudget memory();

    /** Whether it can run an operation on inputs of the given types. */
    Support supports(Op op, List<TensorType> inputs);

    /** Begins a program. */
    Lowering lower();

    /** Binds a fused optimizer step. */
    UpdateKernel bindUpdate(UpdateRequest request);

    /** Binds the move of sharpness-aware minimisation. */
    PerturbationKernel bindPerturbation(PerturbationRequest request);

    /**
     * Look-ahead over two slabs of {@link dev.gatun.shape.DType#F32}: {@code slow <- slow + rate * (fast - slow); fast <-
     * slow}. Allocates nothing.
     */
    void lookAhead(double rate, MemorySegment fast, MemorySegment slow);

    /** Copies a tensor into another order at once, outside a program. */
    void reorder(TensorType type, MemorySegment source, Layout from, MemorySegment target, Layout to);

    /** The index of the first infinite or NaN element of {@link dev.gatun.shape.DType#F32} memory, or -1. */
    long findNonFinite(MemorySegment values);

    @Override
    void close();
}

package dev.gatun.backend;

import dev.gatun.memory.Buffer;
import dev.gatun.memory.MemoryBudget;
import dev.gatun.memory.Role;
import dev.gatun.op.Op;
import dev.gatun.shape.DType;
import dev.gatun.shape.Layout;
import dev.gatun.shape.TensorType;
import dev.gatun.update.kernel.PerturbationKernel;
import dev.gatun.update.kernel.PerturbationRequest;
import dev.gatun.update.kernel.StepKernel;
import dev.gatun.update.kernel.StepRequest;
import dev.gatun.update.kernel.UpdateKernel;
import dev.gatun.update.kernel.UpdateRequest;
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

    /** Binds the steps of an optimizer over update kernels of this device. */
    StepKernel bindSteps(StepRequest request);

    /** Binds the move of sharpness-aware minimisation. */
    PerturbationKernel bindPerturbation(PerturbationRequest request);

    /** The order in which it works. */
    Stream stream();

    /**
     * Allocates zero-filled memory of this device, counted against its {@link #memory}. A size of zero is allowed.
     *
     * @throws dev.gatun.memory.MemoryBudgetException when the budget or the device has too little left
     */
    Buffer allocate(Role role, String label, long bytes);

    /**
     * Memory that the caller owns, for the device to work on in place. The caller keeps it open while anything uses it.
     *
     * @throws IllegalArgumentException when the device does not compute in host memory
     */
    Buffer borrow(Role role, String label, MemorySegment memory);

    /**
     * Copies from the host, as many bytes as both hold. The source stays as it is until the {@link #stream} has passed
     * this.
     */
    void upload(MemorySegment source, Buffer target);

    /**
     * Copies to the host, as many bytes as both hold. The target is left alone until the {@link #stream} has passed
     * this.
     */
    void download(Buffer source, MemorySegment target);

    /** Copies within the device, as many bytes as both hold. */
    void copy(Buffer source, Buffer target);

    /** Sets 16 bytes to two numbers, taken as they are at this call. */
    void write(Buffer target, long first, long second);

    /** Sets 4 bytes to a number, taken as it is at this call. */
    void write(Buffer target, float value);

    /** Sets all bytes to zero. */
    void zero(Buffer target);

    /** Exchanges the bytes of two buffers of one size that do not overlap. */
    void swap(Buffer a, Buffer b);

    /**
     * Takes one more value into a running mean, both of {@link DType#F32}:
     * {@code mean <- mean + (value - mean) / count}.
     *
     * @param count of values with this one; at 1, the mean becomes the value, whatever it was
     */
    void addToMean(Buffer mean, Buffer value, long count);

    /**
     * Look-ahead over two buffers of {@link DType#F32}: {@code slow <- slow + rate * (fast - slow); fast <-
     * slow}. Allocates nothing.
     */
    void lookAhead(double rate, Buffer fast, Buffer slow);

    /**
     * Rounds f32 to the nearest bf16, or, from bf16 to f32, copies the numbers. Both hold the same number of elements.
     */
    void cast(Buffer source, DType from, Buffer target, DType to);

    /** Copies a tensor into another layout at once, outside a program. */
    void reorder(TensorType type, Buffer source, Layout from, Buffer target, Layout to);

    /**
     * The index of the first infinite or NaN element of {@link DType#F32} memory, or -1. Waits for the
     * device.
     */
    long findNonFinite(Buffer values);

    /** The same of floating-point memory of another type. */
    long findNonFinite(DType dtype, Buffer values);

    @Override
    void close();
}

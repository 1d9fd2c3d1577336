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
 * A processor that computes and its memory. It belongs to the thread that opened it; a call from another thread throws
 * {@link IllegalStateException}.
 */
public interface Device extends AutoCloseable {
    /** Returns the name of the backend that opened the device. */
    String name();

    /** Returns the number of processor threads that the device computes with. */
    int threads();

    /** Returns the budget that the device's allocations count against. */
    MemoryBudget memory();

    /** Returns whether the device can execute an operation on inputs of the given types. */
    Support supports(Op op, List<TensorType> inputs);

    /** Starts the compilation of a program: returns an object that plans and owns its kernels. */
    Lowering lower();

    /** Binds a fused optimizer step to memory. */
    UpdateKernel bindUpdate(UpdateRequest request);

    /** Binds the steps of an optimizer over update kernels of this device. */
    StepKernel bindSteps(StepRequest request);

    /** Binds the weight perturbation of sharpness-aware minimisation. */
    PerturbationKernel bindPerturbation(PerturbationRequest request);

    /** Returns the stream that executes the work submitted to this device. */
    Stream stream();

    /**
     * Allocates zero-filled memory of this device, counted against {@link #memory}. A size of zero is allowed.
     *
     * @throws dev.gatun.memory.MemoryBudgetException when the budget or the device has too little left
     */
    Buffer allocate(Role role, String label, long bytes);

    /**
     * Wraps memory that the caller owns, so that the device works on it in place. The caller keeps it open while
     * anything uses it.
     *
     * @throws IllegalArgumentException when the device does not compute in host memory
     */
    Buffer borrow(Role role, String label, MemorySegment memory);

    /**
     * Copies from host memory, as many bytes as both have. The source must not change before the {@link #stream} has
     * executed the copy.
     */
    void upload(MemorySegment source, Buffer target);

    /**
     * Copies to host memory, as many bytes as both have. The target must not be accessed before the {@link #stream} has
     * executed the copy.
     */
    void download(Buffer source, MemorySegment target);

    /** Copies within the device, as many bytes as both have. */
    void copy(Buffer source, Buffer target);

    /** Writes two numbers, 8 bytes each, to the beginning of a buffer; they are read during this call. */
    void write(Buffer target, long first, long second);

    /** Writes one f32 number to the beginning of a buffer; it is read during this call. */
    void write(Buffer target, float value);

    /** Sets all bytes to zero. */
    void zero(Buffer target);

    /** Exchanges the bytes of two buffers of one size that do not overlap. */
    void swap(Buffer a, Buffer b);

    /**
     * Updates a running mean with one more value, both of {@link DType#F32}: {@code mean <- mean + (value - mean) /
     * count}.
     *
     * @param count number of values, this one included; with 1 the mean becomes the value, whatever it was
     */
    void addToMean(Buffer mean, Buffer value, long count);

    /**
     * Multiplies each element of {@link DType#F32} memory by the one of another buffer: a mask of zeros and ones. The
     * buffers are of one size and do not overlap. Allocates nothing.
     */
    void multiply(Buffer values, Buffer factors);

    /**
     * Adds products of elements of {@link DType#F32}, {@code sum <- sum + scale * a * b}. The buffers are of one size,
     * and the sum overlaps none of the others. Allocates nothing.
     */
    void addProduct(double scale, Buffer a, Buffer b, Buffer sum);

    /**
     * Applies look-ahead to two buffers of {@link DType#F32}: {@code slow <- slow + rate * (fast - slow); fast <-
     * slow}. Allocates nothing.
     */
    void lookAhead(double rate, Buffer fast, Buffer slow);

    /** Converts f32 to bf16, rounding to nearest, or bf16 to f32. Both buffers hold the same number of elements. */
    void cast(Buffer source, DType from, Buffer target, DType to);

    /** Copies a tensor into another layout, outside a program. */
    void reorder(TensorType type, Buffer source, Layout from, Buffer target, Layout to);

    /**
     * Returns the index of the first infinite or NaN element of {@link DType#F32} memory, or -1. Waits for the device.
     */
    long findNonFinite(Buffer values);

    /**
     * Returns the index of the first infinite or NaN element of memory of a floating-point type, or -1. Waits for the
     * device.
     */
    long findNonFinite(DType dtype, Buffer values);

    @Override
    void close();
}

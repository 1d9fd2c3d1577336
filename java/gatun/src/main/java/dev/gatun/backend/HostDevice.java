package dev.gatun.backend;

import dev.gatun.memory.Buffer;
import dev.gatun.memory.HostBuffer;
import dev.gatun.memory.Role;
import dev.gatun.shape.Bfloat16;
import dev.gatun.shape.DType;
import dev.gatun.update.kernel.HostStepKernel;
import dev.gatun.update.kernel.StepKernel;
import dev.gatun.update.kernel.StepRequest;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Base class of devices that compute in host memory: host and device share memory, and the stream is immediate. */
public abstract class HostDevice implements Device {
    private static final int PIECE = 1 << 16;

    private final MemorySegment piece = MemorySegment.ofArray(new byte[PIECE]);

    /** Throws if the calling thread is not the device's, or the device is closed. */
    protected abstract void check();

    @Override
    public final Stream stream() {
        return Stream.IMMEDIATE;
    }

    @Override
    public final Buffer allocate(Role role, String label, long bytes) {
        check();
        return memory().allocate(role, label, bytes);
    }

    @Override
    public final Buffer borrow(Role role, String label, MemorySegment memory) {
        return HostBuffer.borrow(role, label, memory);
    }

    @Override
    public final void upload(MemorySegment source, Buffer target) {
        check();
        copy(source, writable("upload", target));
    }

    @Override
    public final void download(Buffer source, MemorySegment target) {
        check();
        copy(readable(source), target);
    }

    @Override
    public final void copy(Buffer source, Buffer target) {
        check();
        copy(readable(source), writable("copy", target));
    }

    private static void copy(MemorySegment source, MemorySegment target) {
        checkSizes("a copy", source.byteSize(), target.byteSize());
        MemorySegment.copy(source, 0, target, 0, source.byteSize());
    }

    @Override
    public final void write(Buffer target, long first, long second) {
        check();
        checkSizes("two numbers", 2 * Long.BYTES, target.bytes());
        MemorySegment memory = writable("write", target);
        memory.set(ValueLayout.JAVA_LONG_UNALIGNED, 0, first);
        memory.set(ValueLayout.JAVA_LONG_UNALIGNED, Long.BYTES, second);
    }

    @Override
    public final void write(Buffer target, float value) {
        check();
        checkSizes("a number", Float.BYTES, target.bytes());
        writable("write", target).set(ValueLayout.JAVA_FLOAT_UNALIGNED, 0, value);
    }

    @Override
    public final StepKernel bindSteps(StepRequest request) {
        check();
        HostDevice device = this;
        return new HostStepKernel(new HostStepKernel.HostMemory() {
            @Override
            public void copy(Buffer source, Buffer target) {
                device.copy(source, target);
            }

            @Override
            public void lookAhead(double rate, Buffer fast, Buffer slow) {
                device.lookAhead(rate, fast, slow);
            }
        }, request);
    }

    @Override
    public final void zero(Buffer target) {
        check();
        writable("zero", target).fill((byte) 0);
    }

    @Override
    public final void swap(Buffer a, Buffer b) {
        check();
        checkSizes("a swap", a.bytes(), b.bytes());
        if (a.overlaps(b)) {
            throw new IllegalArgumentException(a + " and " + b + " overlap: they cannot be swapped");
        }
        MemorySegment one = writable("swap", a);
        MemorySegment other = writable("swap", b);
        for (long at = 0; at < one.byteSize(); at += PIECE) {
            long bytes = Math.min(PIECE, one.byteSize() - at);
            MemorySegment.copy(one, at, piece, 0, bytes);
            MemorySegment.copy(other, at, one, at, bytes);
            MemorySegment.copy(piece, 0, other, at, bytes);
        }
    }

    @Override
    public final void multiply(Buffer values, Buffer factors) {
        check();
        checkSizes("a product", values.bytes(), factors.bytes());
        MemorySegment to = writable("product", values);
        MemorySegment by = readable(factors);
        long count = to.byteSize() / Float.BYTES;
        for (long i = 0; i < count; i++) {
            to.setAtIndex(ValueLayout.JAVA_FLOAT, i,
                    to.getAtIndex(ValueLayout.JAVA_FLOAT, i) * by.getAtIndex(ValueLayout.JAVA_FLOAT, i));
        }
    }

    @Override
    public final void addProduct(double scale, Buffer a, Buffer b, Buffer sum) {
        check();
        checkSizes("a sum of products", sum.bytes(), a.bytes());
        checkSizes("a sum of products", sum.bytes(), b.bytes());
        MemorySegment to = writable("sum", sum);
        MemorySegment left = readable(a);
        MemorySegment right = readable(b);
        float factor = (float) scale;
        long count = to.byteSize() / Float.BYTES;
        for (long i = 0; i < count; i++) {
            to.setAtIndex(ValueLayout.JAVA_FLOAT, i, to.getAtIndex(ValueLayout.JAVA_FLOAT, i)
                    + factor * left.getAtIndex(ValueLayout.JAVA_FLOAT, i)
                            * right.getAtIndex(ValueLayout.JAVA_FLOAT, i));
        }
    }

    @Override
    public final void addToMean(Buffer mean, Buffer value, long count) {
        check();
        checkSizes("a mean", mean.bytes(), value.bytes());
        if (count < 1) {
            throw new IllegalArgumentException("a mean is of at least one value, got " + count);
        }
        MemorySegment to = writable("mean", mean);
        MemorySegment from = readable(value);
        for (long i = 0; i < to.byteSize() / Float.BYTES; i++) {
            float before = to.getAtIndex(ValueLayout.JAVA_FLOAT, i);
            float now = from.getAtIndex(ValueLayout.JAVA_FLOAT, i);
            to.setAtIndex(ValueLayout.JAVA_FLOAT, i, count == 1 ? now : before + (now - before) / count);
        }
    }

    @Override
    public final void cast(Buffer source, DType from, Buffer target, DType to) {
        check();
        checkSizes("a cast", source.bytes() * to.bytes(), target.bytes() * from.bytes());
        MemorySegment read = readable(source);
        MemorySegment written = writable("cast", target);
        if (from == DType.F32 && to == DType.BF16) {
            for (long i = 0; i < written.byteSize() / Bfloat16.BYTES; i++) {
                written.setAtIndex(ValueLayout.JAVA_SHORT, i,
                        Bfloat16.nearest(read.getAtIndex(ValueLayout.JAVA_FLOAT, i)));
            }
        } else if (from == DType.BF16 && to == DType.F32) {
            for (long i = 0; i < read.byteSize() / Bfloat16.BYTES; i++) {
                written.setAtIndex(ValueLayout.JAVA_FLOAT, i,
                        Bfloat16.toFloat(read.getAtIndex(ValueLayout.JAVA_SHORT, i)));
            }
        } else {
            throw new IllegalArgumentException("no cast from " + from + " to " + to + ": only between f32 and bf16");
        }
    }

    @Override
    public final long findNonFinite(DType dtype, Buffer values) {
        return switch (dtype) {
            case F32 -> findNonFinite(values);
            case BF16 -> findFullExponent(values, 0x7F80);
            case F16 -> findFullExponent(values, 0x7C00);
            case F64 -> findNonFiniteDouble(values);
            case I64, I32, I8, U8 -> throw new IllegalArgumentException(
                    "only floating-point numbers can be infinite or NaN, not those of " + dtype.lowerCase());
        };
    }

    private long findNonFiniteDouble(Buffer values) {
        check();
        MemorySegment memory = readable(values);
        for (long i = 0; i < memory.byteSize() / Double.BYTES; i++) {
            if (!Double.isFinite(memory.getAtIndex(ValueLayout.JAVA_DOUBLE, i))) {
                return i;
            }
        }
        return -1;
    }

    /** The first number of 16 bits in which all bits of the exponent are set. */
    private long findFullExponent(Buffer values, int exponent) {
        check();
        MemorySegment memory = readable(values);
        for (long i = 0; i < memory.byteSize() / Short.BYTES; i++) {
            if ((memory.getAtIndex(ValueLayout.JAVA_SHORT, i) & exponent) == exponent) {
                return i;
            }
        }
        return -1;
    }

    private static MemorySegment readable(Buffer buffer) {
        return HostBuffer.of(buffer).segment();
    }

    private static MemorySegment writable(String what, Buffer buffer) {
        if (buffer.isReadOnly()) {
            throw new IllegalArgumentException(what + ": " + buffer + " is read-only");
        }
        return HostBuffer.of(buffer).segment();
    }

    private static void checkSizes(String what, long source, long target) {
        if (source != target) {
            throw new IllegalArgumentException(
                    what + " takes two memories of one size, got " + source + " and " + target + " bytes");
        }
    }
}

package dev.gatun.onednn.plan;

import dev.gatun.shape.Bfloat16;
import dev.gatun.shape.DType;
import dev.gatun.shape.Layout;
import dev.gatun.shape.Shape;
import dev.gatun.shape.Stored;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The elements of images {@code (N, C, spatial...)} one by one, in any layout that blocks no spatial dimension: for the
 * rare case that somebody has to look for a NaN.
 *
 * @param stored how they lie
 * @param memory their elements, of f32, bf16 or f16
 * @param pixels where the elements of the first channel of the first image lie, in row-major order
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and passed on within this package only
record Planes(Stored stored, MemorySegment memory, long[] pixels) {
    static Planes of(Stored stored, MemorySegment memory) {
        Shape shape = stored.type().shape();
        Layout layout = stored.layout();
        long count = 1;
        for (int i = 2; i < shape.rank(); i++) {
            count *= shape.extent(i);
        }
        long[] pixels = new long[Math.toIntExact(count)];
        long[] index = new long[shape.rank()];
        for (int pixel = 0; pixel < pixels.length; pixel++) {
            pixels[pixel] = layout.offset(index);
            for (int i = shape.rank() - 1; i >= 2 && ++index[i] == shape.extent(i); i--) {
                index[i] = 0;
            }
        }
        return new Planes(stored, memory, pixels);
    }

    long images() {
        return stored.type().shape().extent(0);
    }

    long channels() {
        return stored.type().shape().extent(1);
    }

    /** Where the first element of a channel of an image lies. */
    long base(long image, long channel) {
        long[] index = new long[stored.type().shape().rank()];
        index[0] = image;
        index[1] = channel;
        return stored.layout().offset(index);
    }

    float get(long offset) {
        DType dtype = stored.type().dtype();
        return switch (dtype) {
            case F32 -> memory.getAtIndex(ValueLayout.JAVA_FLOAT, offset);
            case BF16 -> Bfloat16.toFloat(memory.getAtIndex(ValueLayout.JAVA_SHORT, offset));
            case F16 -> Float.float16ToFloat(memory.getAtIndex(ValueLayout.JAVA_SHORT, offset));
            case F64, I64, I32, I8, U8 -> throw none(dtype);
        };
    }

    void setNan(long offset) {
        DType dtype = stored.type().dtype();
        switch (dtype) {
            case F32 -> memory.setAtIndex(ValueLayout.JAVA_FLOAT, offset, Float.NaN);
            case BF16 -> memory.setAtIndex(ValueLayout.JAVA_SHORT, offset, Bfloat16.nearest(Float.NaN));
            case F16 -> memory.setAtIndex(ValueLayout.JAVA_SHORT, offset, Float.floatToFloat16(Float.NaN));
            case F64, I64, I32, I8, U8 -> throw none(dtype);
        }
    }

    private static IllegalStateException none(DType dtype) {
        return new IllegalStateException("no NaN of " + dtype.lowerCase() + " can be lost");
    }
}

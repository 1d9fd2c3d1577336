package dev.gatun.io;

import dev.gatun.io.file.IOConsumer;
import dev.gatun.shape.DType;
import dev.gatun.shape.TensorType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A tensor to be written to a file.
 *
 * @param name unique in its file, such as {@code conv1.weight}
 * @param type element type and logical shape
 * @param data exactly {@code type.bytes()} bytes; read when the file is written
 */
public record NamedTensor(String name, TensorType type, TensorData data) {
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** @throws IllegalArgumentException when the name is empty or reserved */
    public NamedTensor {
        if (name.isEmpty() || name.equals(SafetensorsHeader.METADATA)) {
            throw new IllegalArgumentException("a tensor cannot be named \"" + name + "\": choose another name");
        }
    }

    /**
     * Creates a tensor from host memory.
     *
     * @param rowMajor the elements in row-major order, little-endian
     * @throws IllegalArgumentException when the name is empty or reserved, or the memory has another size
     */
    public NamedTensor(String name, TensorType type, MemorySegment rowMajor) {
        this(name, type, TensorData.of(rowMajor));
        if (rowMajor.byteSize() != type.bytes()) {
            throw new IllegalArgumentException("tensor \"" + name + "\" " + type + " needs " + type.bytes()
                    + " bytes, but its segment has " + rowMajor.byteSize());
        }
    }

    /**
     * Passes all elements on, as {@link TensorData#writeTo} does, and checks that they are as many as the type says.
     *
     * @throws IOException           when {@code sink} does
     * @throws IllegalStateException when the data gives more or fewer bytes; those beyond the type's are not passed on
     */
    public void writeTo(IOConsumer<MemorySegment> sink) throws IOException {
        AtomicLong left = new AtomicLong(type.bytes());
        data.writeTo(piece -> {
            // Before the bytes are passed on: they would be taken for the next tensor's.
            check(left.addAndGet(-piece.byteSize()) >= 0, "more");
            sink.accept(piece);
        });
        check(left.get() == 0, "fewer");
    }

    /**
     * Returns the elements of a tensor of f32, in row-major order.
     *
     * @throws IllegalStateException when it is of another type, has more bytes than an array, or gives more or fewer
     *                               than its type says
     */
    public float[] floats() {
        if (type.dtype() != DType.F32 || type.bytes() > Integer.MAX_VALUE) {
            throw new IllegalStateException("tensor \"" + name + "\" " + type + " is none of less than 2 GiB in f32");
        }
        float[] elements = new float[(int) type.shape().elements()];
        MemorySegment bytes = MemorySegment.ofArray(new byte[(int) type.bytes()]);
        long[] next = {0};
        try {
            writeTo(piece -> {
                MemorySegment.copy(piece, 0, bytes, next[0], piece.byteSize());
                next[0] += piece.byteSize();
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        MemorySegment.copy(bytes, FLOAT, 0, elements, 0, elements.length);
        return elements;
    }

    private void check(boolean fits, String instead) {
        if (!fits) {
            throw new IllegalStateException("tensor \"" + name + "\" " + type + " gives " + instead + " than its "
                    + type.bytes() + " bytes");
        }
    }
}

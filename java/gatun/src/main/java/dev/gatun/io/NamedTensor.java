package dev.gatun.io;

import dev.gatun.io.file.IOConsumer;
import dev.gatun.shape.TensorType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A tensor to be written to a file.
 *
 * @param name unique in its file, such as {@code conv1.weight}
 * @param type element type and logical shape
 * @param data exactly {@code type.bytes()} bytes; read when the file is written
 */
public record NamedTensor(String name, TensorType type, TensorData data) {

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

    private void check(boolean fits, String instead) {
        if (!fits) {
            throw new IllegalStateException("tensor \"" + name + "\" " + type + " gives " + instead + " than its "
                    + type.bytes() + " bytes");
        }
    }
}

package dev.gatun.io;

import dev.gatun.shape.TensorType;
import java.lang.foreign.MemorySegment;

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
}

package dev.gatun.io;

import dev.gatun.shape.TensorType;
import java.lang.foreign.MemorySegment;

/**
 * A tensor on its way to a file.
 *
 * @param name unique in its file, such as {@code conv1.weight}
 * @param type element type and logical shape
 * @param data the elements in row-major order, little-endian: exactly {@code type.bytes()} bytes
 */
public record NamedTensor(String name, TensorType type, MemorySegment data) {

    /** @throws IllegalArgumentException when the name is empty or reserved, or the data has another size */
    public NamedTensor {
        if (name.isEmpty() || name.equals(SafetensorsHeader.METADATA)) {
            throw new IllegalArgumentException("a tensor cannot be named \"" + name + "\": choose another name");
        }
        if (data.byteSize() != type.bytes()) {
            throw new IllegalArgumentException("tensor \"" + name + "\" " + type + " needs " + type.bytes()
                    + " bytes, but its segment has " + data.byteSize());
        }
    }
}

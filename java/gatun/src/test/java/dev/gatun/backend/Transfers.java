package dev.gatun.backend;

import dev.gatun.memory.Buffer;
import dev.gatun.memory.HostBuffer;
import dev.gatun.memory.Role;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.Consumer;

/** What tests read from and write to the memory of any device. */
public final class Transfers {
    private Transfers() {}

    /** A copy of the bytes of a buffer, once the device is done. */
    public static MemorySegment read(Device device, Buffer buffer) {
        MemorySegment copy = Arena.ofAuto().allocate(Math.max(1, buffer.bytes()), 64).asSlice(0, buffer.bytes());
        device.download(buffer, copy);
        device.stream().synchronize();
        return copy;
    }

    /** The same as f32. */
    public static float[] floats(Device device, Buffer buffer) {
        return read(device, buffer).toArray(ValueLayout.JAVA_FLOAT);
    }

    /** The same as bytes. */
    public static byte[] bytes(Device device, Buffer buffer) {
        return read(device, buffer).toArray(ValueLayout.JAVA_BYTE);
    }

    /** Sets the bytes of a buffer. */
    public static void write(Device device, Buffer buffer, MemorySegment bytes) {
        device.upload(bytes, buffer);
        device.stream().synchronize();
    }

    /** Sets the bytes of a buffer. */
    public static void write(Device device, Buffer buffer, float... values) {
        write(device, buffer, MemorySegment.ofArray(values));
    }

    /** Changes some bytes of a buffer. */
    public static void change(Device device, Buffer buffer, Consumer<MemorySegment> change) {
        MemorySegment copy = read(device, buffer);
        change.accept(copy);
        write(device, buffer, copy);
    }

    /** Host memory of the test's own, as devices that compute there take it. */
    public static HostBuffer borrowed(MemorySegment memory) {
        return HostBuffer.borrow(Role.PARAMETERS, "test", memory);
    }
}

package dev.gatun.train;

import dev.gatun.backend.Device;
import dev.gatun.memory.Buffer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** One number in the memory of a device, read by waiting for the device. Allocates nothing once it is made. */
final class Scalar {
    private final Device device;
    private final Buffer buffer;
    private final MemorySegment value;

    Scalar(Device device, Buffer buffer) {
        this.device = device;
        this.buffer = buffer;
        this.value = MemorySegment.ofArray(new byte[Math.toIntExact(buffer.bytes())]);
    }

    float toFloat() {
        read();
        return value.get(ValueLayout.JAVA_FLOAT_UNALIGNED, 0);
    }

    long toLong() {
        read();
        return value.get(ValueLayout.JAVA_LONG_UNALIGNED, 0);
    }

    private void read() {
        device.download(buffer, value);
        device.stream().synchronize();
    }
}

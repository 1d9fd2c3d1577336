package dev.gatun.train.program;

import dev.gatun.backend.Device;
import dev.gatun.memory.Buffer;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** A tensor of a device as the host sees it, by waiting for the device. Only the first look allocates. */
public final class HostCopy {
    private final Device device;
    private final Buffer buffer;
    private @Nullable MemorySegment host;

    public HostCopy(Device device, Buffer buffer) {
        this.device = device;
        this.buffer = buffer;
    }

    /** What it is now. The next call overwrites it. */
    public MemorySegment fetch() {
        MemorySegment copy = host;
        if (copy == null) { // longs, so that any element is aligned
            long[] memory = new long[Math.toIntExact(Math.ceilDiv(buffer.bytes(), Long.BYTES))];
            copy = MemorySegment.ofArray(memory).asSlice(0, buffer.bytes());
            host = copy;
        }
        device.download(buffer, copy);
        device.stream().synchronize();
        return copy;
    }
}

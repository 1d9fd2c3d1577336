package dev.gatun.train.program;

import dev.gatun.backend.Device;
import dev.gatun.memory.Buffer;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** A copy of a device's tensor in host memory. Waits for the device; allocates on the first fetch only. */
public final class HostCopy {
    private final Device device;
    private final Buffer buffer;
    private @Nullable MemorySegment host;

    /** Creates a copy of a buffer, which allocates on the first fetch. */
    public HostCopy(Device device, Buffer buffer) {
        this.device = device;
        this.buffer = buffer;
    }

    /** Returns the current content, which the next call overwrites. */
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

package dev.gatun.train.parallel.server;

import dev.gatun.backend.Device;
import dev.gatun.dist.ProcessGroup;
import dev.gatun.memory.Buffer;
import dev.gatun.memory.HostBuffer;
import dev.gatun.memory.Role;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** Memory of a device as ranks send and receive it: itself where the host reads it, a copy otherwise. */
public final class HostView implements AutoCloseable {
    private final Device device;
    private final Buffer buffer;
    private final @Nullable HostBuffer copy;
    private final MemorySegment segment;

    /**
     * Views memory of a device.
     *
     * @param label what a copy holds: {@code gradients on their way}
     */
    public HostView(Device device, Buffer buffer, String label) {
        this.device = device;
        this.buffer = buffer;
        copy = buffer instanceof HostBuffer ? null : device.memory().allocate(Role.STAGING, label, buffer.bytes());
        segment = copy == null ? HostBuffer.of(buffer).segment() : copy.segment();
    }

    /** Returns what is sent and received. */
    public MemorySegment segment() {
        return segment;
    }

    /** Returns whether the segment is a copy, which only {@link #fetch} and {@link #store} keep the same. */
    public boolean isCopy() {
        return copy != null;
    }

    /** Waits for the device, so that the segment holds what the buffer does. */
    public void fetch() {
        if (copy != null) {
            device.download(buffer, segment);
        }
        device.stream().synchronize();
    }

    /** Makes the buffer hold what the segment does, which may change again afterwards. */
    public void store() {
        if (copy != null) {
            device.upload(segment, buffer);
            device.stream().synchronize();
        }
    }

    /** Gives all ranks what rank 0 has. */
    public void broadcast(ProcessGroup group) {
        fetch();
        group.broadcast(segment, 0);
        store();
    }

    @Override
    public void close() {
        if (copy != null) {
            copy.close();
        }
    }
}

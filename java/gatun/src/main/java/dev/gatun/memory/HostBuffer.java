package dev.gatun.memory;

import java.lang.foreign.MemorySegment;

/** A buffer in host memory: of a device that computes there, or for transfers to and from other devices. */
public final class HostBuffer extends Buffer {
    private final MemorySegment segment;

    HostBuffer(Allocation allocation, MemorySegment segment) {
        super(allocation);
        this.segment = segment;
    }

    private HostBuffer(HostBuffer whole, long offset, long bytes) {
        super(whole, offset, bytes);
        this.segment = whole.segment.asSlice(offset, bytes);
    }

    /**
     * Wraps memory of the caller, who keeps it open while anything uses it; it is neither counted nor freed.
     *
     * @throws IllegalArgumentException when it has a size and no address
     */
    public static HostBuffer borrow(Role role, String label, MemorySegment segment) {
        if (segment.isNative() && segment.address() == 0 && segment.byteSize() > 0) {
            throw new IllegalArgumentException("the memory of \"" + label + "\" has " + segment.byteSize()
                    + " bytes and no address: allocate it");
        }
        Allocation allocation = new Allocation(role, label, segment.byteSize(), null, () -> {});
        HostBuffer buffer = new HostBuffer(allocation, segment);
        allocation.own(buffer);
        return buffer;
    }

    /**
     * Returns a buffer as a host buffer.
     *
     * @throws IllegalArgumentException when it is in the memory of a device that the host cannot reach
     */
    public static HostBuffer of(Buffer buffer) {
        if (buffer instanceof HostBuffer host) {
            return host;
        }
        throw new IllegalArgumentException(buffer
                + " is not in host memory, which is all that this device can reach: copy it"
                + " with its own device");
    }

    /**
     * Returns the memory as a segment.
     *
     * @throws IllegalStateException when it is closed
     */
    public MemorySegment segment() {
        checkOpen();
        return segment;
    }

    @Override
    public boolean isOpen() {
        return super.isOpen() && segment.scope().isAlive();
    }

    /** Returns whether a thread may access the memory. */
    public boolean isAccessibleBy(Thread thread) {
        return segment.isAccessibleBy(thread);
    }

    @Override
    public boolean isHeap() {
        return !segment.isNative();
    }

    @Override
    public boolean isReadOnly() {
        return segment.isReadOnly();
    }

    @Override
    public HostBuffer slice(long from, long length) {
        return new HostBuffer(this, from, length);
    }

    @Override
    public boolean isAligned(long alignment) {
        return segment.address() % alignment == 0;
    }

    /** Returns whether the two share a byte, even if they are borrowed views of one memory. */
    @Override
    public boolean overlaps(Buffer other) {
        return other instanceof HostBuffer host && segment.heapBase().equals(host.segment.heapBase())
                && segment.address() < host.segment.address() + host.segment.byteSize()
                && host.segment.address() < segment.address() + segment.byteSize();
    }
}

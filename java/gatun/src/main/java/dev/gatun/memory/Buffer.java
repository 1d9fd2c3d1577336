package dev.gatun.memory;

/**
 * A range of bytes in the memory of one device. The host allocates, slices and closes it and passes it to kernels, but
 * cannot read it. Memory that the host can read is a {@link HostBuffer}.
 *
 * <p>An object that keeps the address of a buffer {@linkplain #retain retains} the buffer. A buffer that is closed
 * while it is retained cannot be used any more, but its memory is freed only at the last {@linkplain #release release};
 * so the memory of a kernel remains valid in whatever order objects are closed.
 */
public abstract class Buffer implements AutoCloseable {
    private final Allocation allocation;
    private final long offset;
    private final long bytes;

    /** Creates the buffer of a whole allocation. */
    protected Buffer(Allocation allocation) {
        this(allocation, 0, allocation.bytes());
    }

    private Buffer(Allocation allocation, long offset, long bytes) {
        this.allocation = allocation;
        this.offset = offset;
        this.bytes = bytes;
    }

    /**
     * Creates a slice of a buffer, with the lifetime of the whole.
     *
     * @param offset first byte, relative to the buffer
     */
    protected Buffer(Buffer whole, long offset, long bytes) {
        this(whole.allocation, whole.offset + checked(whole, offset, bytes), bytes);
    }

    private static long checked(Buffer whole, long offset, long bytes) {
        whole.checkOpen();
        if (offset < 0 || bytes < 0 || bytes > whole.bytes - offset) {
            throw new IndexOutOfBoundsException(
                    "a slice of " + bytes + " bytes from byte " + offset + " leaves the buffer " + whole);
        }
        return offset;
    }

    Allocation allocation() {
        return allocation;
    }

    /** Returns the role of the memory. */
    public final Role role() {
        return allocation.role();
    }

    /** Returns a descriptive label for messages and reports. */
    public final String label() {
        return allocation.label();
    }

    /** Returns the size in bytes. */
    public final long bytes() {
        return bytes;
    }

    /** Returns the offset in the allocation, in bytes. */
    public final long offset() {
        return offset;
    }

    /** Returns a slice, with the lifetime of the whole. */
    public abstract Buffer slice(long from, long length);

    /** Returns whether the buffer is open. */
    public boolean isOpen() {
        return allocation.isOpen();
    }

    /**
     * Checks that the buffer is open.
     *
     * @throws IllegalStateException when it is closed
     */
    public final void checkOpen() {
        if (!isOpen()) {
            throw new IllegalStateException("buffer \"" + label() + "\" is closed");
        }
    }

    /** Returns whether the address is a multiple of {@code alignment}, a power of two. */
    public boolean isAligned(long alignment) {
        return offset % alignment == 0; // allocations begin on a page
    }

    /** Returns whether it is an array of the Java heap, which native code cannot access. */
    public boolean isHeap() {
        return false;
    }

    /** Returns whether it is read-only. */
    public boolean isReadOnly() {
        return false;
    }

    /** Returns whether the two share a byte. */
    public boolean overlaps(Buffer other) {
        return allocation == other.allocation && offset < other.offset + other.bytes && other.offset < offset + bytes;
    }

    /**
     * Keeps the memory allocated until {@link #release}, even if the buffer is closed in the meantime.
     *
     * @throws IllegalStateException when it is closed
     */
    public final void retain() {
        checkOpen();
        allocation.retain();
    }

    /** Ends one {@link #retain}. Frees the memory if the buffer is closed and no longer retained. */
    public final void release() {
        allocation.release();
    }

    /**
     * Closes the whole allocation: it cannot be used any more, and its memory is freed as soon as it is not retained.
     * Closing again does nothing.
     *
     * @throws IllegalStateException when this is a slice, or the device is using the memory at this moment
     */
    @Override
    public void close() {
        if (allocation.isOwnedBy(this)) {
            allocation.close();
        } else {
            throw new IllegalStateException("a slice of " + allocation.role() + " \"" + label()
                    + "\" cannot be closed: close the whole buffer");
        }
    }

    @Override
    public String toString() {
        return role() + " \"" + label() + "\" (" + Bytes.format(bytes) + ")";
    }
}

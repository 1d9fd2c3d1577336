package dev.gatun.memory;

/**
 * A run of bytes in the memory of one device. Only that device may follow its address: the host allocates it, slices
 * it, hands it to kernels and closes it, and cannot read it. What the host may read is a {@link HostBuffer}.
 *
 * <p>Whoever keeps bare addresses of a buffer {@linkplain #retain retains} it. A buffer that is closed while somebody
 * retains it can be used for nothing new, and its memory is given back when the last of them {@linkplain #release
 * releases} it; so no order of closing pulls memory away under a kernel.
 */
public abstract class Buffer implements AutoCloseable {
    private final Allocation allocation;
    private final long offset;
    private final long bytes;

    /** A whole allocation. */
    protected Buffer(Allocation allocation) {
        this(allocation, 0, allocation.bytes());
    }

    private Buffer(Allocation allocation, long offset, long bytes) {
        this.allocation = allocation;
        this.offset = offset;
        this.bytes = bytes;
    }

    /**
     * Part of a buffer; its lifetime is that of the whole.
     *
     * @param offset first byte, counted from the buffer's
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

    /** What it is for. */
    public final Role role() {
        return allocation.role();
    }

    /** What it holds, for people. */
    public final String label() {
        return allocation.label();
    }

    /** Size in bytes. */
    public final long bytes() {
        return bytes;
    }

    /** Where it begins in its allocation, in bytes. */
    public final long offset() {
        return offset;
    }

    /** Part of it; the lifetime of the part is that of the whole. */
    public abstract Buffer slice(long from, long length);

    /** Whether it can be used. */
    public boolean isOpen() {
        return allocation.isOpen();
    }

    /**
     * Checks that it can be used.
     *
     * @throws IllegalStateException when it is closed
     */
    public final void checkOpen() {
        if (!isOpen()) {
            throw new IllegalStateException("buffer \"" + label() + "\" is closed");
        }
    }

    /** Whether it begins at a multiple of so many bytes, a power of two. */
    public boolean isAligned(long alignment) {
        return offset % alignment == 0; // allocations begin on a page
    }

    /** Whether it is an array of the Java heap, which native code cannot reach. */
    public boolean isHeap() {
        return false;
    }

    /** Whether nobody may write to it. */
    public boolean isReadOnly() {
        return false;
    }

    /** Whether a byte of one is a byte of the other. */
    public boolean overlaps(Buffer other) {
        return allocation == other.allocation && offset < other.offset + other.bytes && other.offset < offset + bytes;
    }

    /**
     * Keeps the memory until {@link #release}, whoever closes it meanwhile.
     *
     * @throws IllegalStateException when it is closed
     */
    public final void retain() {
        checkOpen();
        allocation.retain();
    }

    /** Ends one {@link #retain}. Gives the memory back when it is closed and nobody else retains it. */
    public final void release() {
        allocation.release();
    }

    /**
     * Closes the whole allocation: it can be used for nothing new, and its memory is given back as soon as nobody
     * retains it. Closing again does nothing.
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

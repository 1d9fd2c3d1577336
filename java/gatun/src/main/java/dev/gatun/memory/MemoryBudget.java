package dev.gatun.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Counts the memory of a run, on all devices, against a limit: every buffer from its allocation until its memory is
 * freed. Thread-safe.
 */
public final class MemoryBudget {
    /** Alignment of buffers, in bytes: a page, which suits every vector instruction and belongs to one buffer only. */
    public static final long ALIGNMENT = 4096;

    private static final Set<Buffer> OUTSTANDING = new LinkedHashSet<>();

    private final long limit;
    private final Set<Buffer> buffers = new LinkedHashSet<>();
    private long used;

    private MemoryBudget(long limit) {
        this.limit = limit;
    }

    /** Returns a budget without a limit, which only counts. */
    public static MemoryBudget unlimited() {
        return new MemoryBudget(Long.MAX_VALUE);
    }

    /** Returns a budget of at most {@code bytes} at a time. */
    public static MemoryBudget ofBytes(long bytes) {
        if (bytes <= 0) {
            throw new IllegalArgumentException("a memory budget must be positive: " + bytes + " bytes");
        }
        return new MemoryBudget(bytes);
    }

    /** Allocates zero-filled memory of a device, aligned to {@link #ALIGNMENT}. */
    public interface Allocator<M> {
        /**
         * Allocates {@code bytes} bytes.
         *
         * @throws OutOfMemoryError if the device has too little memory left
         */
        M take(long bytes);

        /** Creates the buffer of an allocation. */
        Buffer wrap(Allocation allocation, M memory);

        /** Frees the memory; called once, unless it throws. */
        void free(M memory);
    }

    /** Host memory. */
    private static final class Host implements Allocator<Host.Memory> {
        private static final Host ALLOCATOR = new Host();

        private record Memory(Arena arena, MemorySegment segment) {}

        @Override
        public Memory take(long bytes) {
            Arena arena = Arena.ofShared();
            boolean complete = false;
            try {
                Memory memory = new Memory(arena, arena.allocate(Math.max(1, bytes), ALIGNMENT).asSlice(0, bytes));
                complete = true;
                return memory;
            } finally {
                if (!complete) {
                    arena.close();
                }
            }
        }

        @Override
        public HostBuffer wrap(Allocation allocation, Memory memory) {
            return new HostBuffer(allocation, memory.segment());
        }

        @Override
        public void free(Memory memory) {
            memory.arena().close(); // throws while a native call holds the segment
        }
    }

    /**
     * Allocates zero-filled host memory. A size of zero is allowed.
     *
     * @throws MemoryBudgetException when the budget or the operating system has too little left
     */
    public HostBuffer allocate(Role role, String label, long bytes) {
        return HostBuffer.of(allocate(role, label, bytes, Host.ALLOCATOR));
    }

    /**
     * Allocates zero-filled memory of a device. A size of zero is allowed.
     *
     * @throws MemoryBudgetException when the budget or the device has too little left
     */
    public <M> Buffer allocate(Role role, String label, long bytes, Allocator<M> allocator) {
        if (bytes < 0) {
            throw new IllegalArgumentException("negative size for buffer \"" + label + "\": " + bytes);
        }
        synchronized (this) {
            if (bytes > limit - used) {
                throw new MemoryBudgetException("the " + role + " \"" + label + "\" need " + Bytes.format(bytes)
                        + ", but "
                        + Bytes.format(limit - used) + " of the memory budget of " + Bytes.format(limit)
                        + " are left: use a smaller batch size or a larger budget");
            }
            used += bytes;
        }
        Buffer buffer = allocateCounted(role, label, bytes, allocator);
        synchronized (this) {
            buffers.add(buffer);
        }
        synchronized (OUTSTANDING) {
            OUTSTANDING.add(buffer);
        }
        return buffer;
    }

    private <M> Buffer allocateCounted(Role role, String label, long bytes, Allocator<M> allocator) {
        boolean complete = false;
        try {
            M memory = allocator.take(bytes);
            Allocation allocation = new Allocation(role, label, bytes, this, () -> allocator.free(memory));
            Buffer buffer = allocator.wrap(allocation, memory);
            allocation.own(buffer);
            complete = true;
            return buffer;
        } catch (OutOfMemoryError e) {
            throw new MemoryBudgetException("the operating system refused " + Bytes.format(bytes) + " for the " + role
                    + " \"" + label + "\": use a smaller batch size, or raise the JVM's -XX:MaxDirectMemorySize", e);
        } finally {
            if (!complete) {
                synchronized (this) {
                    used -= bytes;
                }
            }
        }
    }

    void forget(Buffer buffer) {
        synchronized (this) {
            if (buffers.remove(buffer)) {
                used -= buffer.bytes();
            }
        }
        synchronized (OUTSTANDING) {
            OUTSTANDING.remove(buffer);
        }
    }

    /** Returns the number of bytes in use. */
    public synchronized long used() {
        return used;
    }

    /** Returns the number of bytes in use for each role that has any. */
    public synchronized Map<Role, Long> usedByRole() {
        Map<Role, Long> byRole = new EnumMap<>(Role.class);
        buffers.forEach(buffer -> byRole.merge(buffer.role(), buffer.bytes(), Long::sum));
        return byRole;
    }

    /**
     * Returns all buffers of this process whose memory is not freed, oldest first: empty at the end of a program
     * without leaks.
     */
    public static List<Buffer> outstanding() {
        synchronized (OUTSTANDING) {
            return new ArrayList<>(OUTSTANDING);
        }
    }
}

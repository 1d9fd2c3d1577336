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
 * Where all off-heap memory of a run comes from: every slab is counted against a limit when it is allocated and given
 * back when it is closed. Thread-safe.
 */
public final class MemoryBudget {
    /** Slabs begin on a page: aligned for every vector instruction, and pages are touched by one owner only. */
    public static final long ALIGNMENT = 4096;

    private static final Set<Slab> OUTSTANDING = new LinkedHashSet<>();

    private final long limit;
    private final Set<Slab> slabs = new LinkedHashSet<>();
    private long used;

    private MemoryBudget(long limit) {
        this.limit = limit;
    }

    /** A budget without a limit: memory is counted only. */
    public static MemoryBudget unlimited() {
        return new MemoryBudget(Long.MAX_VALUE);
    }

    /** A budget of at most {@code bytes} at a time. */
    public static MemoryBudget ofBytes(long bytes) {
        if (bytes <= 0) {
            throw new IllegalArgumentException("a memory budget must be positive: " + bytes + " bytes");
        }
        return new MemoryBudget(bytes);
    }

    /**
     * Allocates a zero-filled slab. A size of zero is allowed.
     *
     * @throws MemoryBudgetException when the budget or the operating system has too little left
     */
    public Slab allocate(Role role, String label, long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("negative size for slab \"" + label + "\": " + bytes);
        }
        synchronized (this) {
            if (bytes > limit - used) {
                throw new MemoryBudgetException("the " + role + " \"" + label + "\" need " + Bytes.format(bytes) + ", but "
                        + Bytes.format(limit - used) + " of the memory budget of " + Bytes.format(limit)
                        + " are left: use a smaller batch size or a larger budget");
            }
            used += bytes;
        }
        Slab slab = allocateCounted(role, label, bytes);
        synchronized (this) {
            slabs.add(slab);
        }
        synchronized (OUTSTANDING) {
            OUTSTANDING.add(slab);
        }
        return slab;
    }

    private Slab allocateCounted(Role role, String label, long bytes) {
        Arena arena = Arena.ofShared();
        boolean complete = false;
        try {
            MemorySegment segment = arena.allocate(Math.max(1, bytes), ALIGNMENT).asSlice(0, bytes);
            complete = true;
            return new Slab(role, label, arena, segment, this);
        } catch (OutOfMemoryError e) {
            throw new MemoryBudgetException("the operating system refused " + Bytes.format(bytes) + " for the " + role
                    + " \"" + label + "\": use a smaller batch size, or raise the JVM's -XX:MaxDirectMemorySize", e);
        } finally {
            if (!complete) {
                arena.close();
                synchronized (this) {
                    used -= bytes;
                }
            }
        }
    }

    void release(Slab slab) {
        synchronized (this) {
            slabs.remove(slab);
            used -= slab.bytes();
        }
        synchronized (OUTSTANDING) {
            OUTSTANDING.remove(slab);
        }
    }

    /** Bytes in use now. */
    public synchronized long used() {
        return used;
    }

    /** Bytes in use now, for each role that has any. */
    public synchronized Map<Role, Long> usedByRole() {
        Map<Role, Long> byRole = new EnumMap<>(Role.class);
        slabs.forEach(slab -> byRole.merge(slab.role(), slab.bytes(), Long::sum));
        return byRole;
    }

    /** Every slab of this process that is not closed yet, oldest first: empty at the end of a program without leaks. */
    public static List<Slab> outstanding() {
        synchronized (OUTSTANDING) {
            return new ArrayList<>(OUTSTANDING);
        }
    }
}

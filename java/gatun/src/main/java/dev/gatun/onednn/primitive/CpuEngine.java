package dev.gatun.onednn.primitive;

import dev.gatun.ffi.NativeOwner;
import dev.gatun.memory.MemoryBudget;
import dev.gatun.memory.ThreadConfinement;
import java.lang.foreign.MemorySegment;

/**
 * One oneDNN engine and stream, and what is made once for them. oneDNN freezes the number of threads when it plans a
 * primitive and OpenMP keeps that number for each calling thread, so an engine belongs to the thread that opened it,
 * and a thread has one engine at a time.
 */
public final class CpuEngine implements AutoCloseable {
    private static final ThreadLocal<CpuEngine> OPEN = new ThreadLocal<>();
    private static final String NAME = "device cpu";

    private final ThreadConfinement confinement = new ThreadConfinement(NAME);
    private final NativeOwner owner = new NativeOwner(NAME);
    private final MemoryBudget memory;
    private final MemorySegment handle;
    private final MemorySegment stream;
    private final MemoryDescriptors descriptors;
    private final Attributes attributes;

    /**
     * Opens an engine that belongs to the current thread.
     *
     * @param threads of OpenMP, at least 1
     * @param memory  what buffers of the device are counted against
     * @throws IllegalStateException when the thread has an open engine, or is a virtual one
     */
    public CpuEngine(int threads, MemoryBudget memory) {
        if (OPEN.get() != null) {
            throw new IllegalStateException("this thread already has an open device cpu: close it first");
        }
        Thread thread = Thread.currentThread();
        if (thread.isVirtual()) {
            throw new IllegalStateException("device cpu belongs to a native thread, and virtual thread \""
                    + thread.getName() + "\" changes it: open the device on a platform thread");
        }
        this.memory = memory;
        Kernels.setThreads(threads);
        boolean complete = false;
        try {
            handle = Onednn.engine(owner);
            stream = Onednn.stream(owner, handle);
            descriptors = new MemoryDescriptors(owner);
            attributes = new Attributes(owner);
            complete = true;
        } finally {
            if (!complete) {
                owner.close();
            }
        }
        OPEN.set(this);
    }

    /** oneDNN's engine. */
    public MemorySegment handle() {
        return handle;
    }

    /** oneDNN's stream. */
    public MemorySegment stream() {
        return stream;
    }

    public MemoryDescriptors descriptors() {
        return descriptors;
    }

    public Attributes attributes() {
        return attributes;
    }

    public MemoryBudget memory() {
        return memory;
    }

    /** The owner of everything that is made on the engine. */
    public NativeOwner owner() {
        return owner;
    }

    /**
     * Checks the calling thread.
     *
     * @throws IllegalStateException when it is not the one that opened the engine
     */
    public void checkThread() {
        confinement.checkThread();
    }

    /**
     * Checks the calling thread, and that the engine is open.
     *
     * @throws IllegalStateException when either is wrong
     */
    public void checkUsable() {
        checkThread();
        owner.checkOpen();
    }

    /** Closes what a child owns, unless the engine is closed, which has closed it before. */
    public void release(NativeOwner child) {
        if (!owner.isClosed()) {
            owner.release(child);
        }
    }

    @Override
    public void close() {
        checkThread();
        if (!owner.isClosed()) {
            OPEN.remove();
            owner.close();
        }
    }
}

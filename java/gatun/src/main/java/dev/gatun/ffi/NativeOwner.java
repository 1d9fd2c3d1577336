package dev.gatun.ffi;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Owns native things and closes them in the reverse order of their creation, which an arena does not promise. Closing
 * goes on when one of them fails and throws the first failure at the end; closing again does nothing. Everything here
 * belongs to the thread that made the owner: a segment of its scope is refused on any other thread.
 */
public final class NativeOwner implements AutoCloseable {
    private final String name;
    private final Thread thread = Thread.currentThread();
    private final Arena arena = Arena.ofConfined();
    private final List<AutoCloseable> children = new ArrayList<>();
    private boolean closed;

    /** An owner with a name for messages. */
    public NativeOwner(String name) {
        this.name = name;
    }

    /** Memory that lives as long as this owner. */
    public Arena arena() {
        checkOpen();
        return arena;
    }

    /** Takes over something to be closed with this owner. */
    public <T extends AutoCloseable> T own(T child) {
        checkOpen();
        children.add(child);
        return child;
    }

    /**
     * Takes over a handle. What is returned can be passed to C, is refused after close, and cannot be dereferenced.
     *
     * @param destroy releases the raw handle; called once, when this owner closes
     */
    @SuppressWarnings("restricted") // only the scope and a size of zero are set: nothing becomes readable
    public MemorySegment handle(MemorySegment raw, Destroyer destroy) {
        checkOpen();
        MemorySegment address = MemorySegment.ofAddress(raw.address());
        children.add(() -> destroy.destroy(address));
        return address.reinterpret(0, arena, null).asReadOnly();
    }

    /** An owner within this one. */
    public NativeOwner child(String childName) {
        return own(new NativeOwner(childName));
    }

    /** Closes a child before its time and forgets it. */
    public void release(NativeOwner child) {
        child.close();
        children.remove(child);
    }

    /** Whether {@link #close} was called. */
    public boolean isClosed() {
        return closed;
    }

    /** Throws when closed. */
    public void checkOpen() {
        if (closed) {
            throw new IllegalStateException(name + " is closed");
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        if (!Thread.currentThread().equals(thread)) {
            throw new IllegalStateException(name + " belongs to thread \"" + thread.getName() + "\", not to \""
                    + Thread.currentThread().getName() + "\"");
        }
        closed = true;
        RuntimeException failure = null;
        for (AutoCloseable child : children.reversed()) {
            try {
                child.close();
            } catch (Exception e) {
                RuntimeException wrapped = e instanceof RuntimeException runtime ? runtime
                        : new IllegalStateException(e);
                if (failure == null) {
                    failure = wrapped;
                } else {
                    failure.addSuppressed(wrapped);
                }
            }
        }
        children.clear();
        arena.close();
        if (failure != null) {
            throw failure;
        }
    }

    /** Releases a handle. */
    @FunctionalInterface
    public interface Destroyer {
        /** Calls the C function that destroys what {@code handle} points to. */
        void destroy(MemorySegment handle);
    }
}

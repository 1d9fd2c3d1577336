package dev.gatun.memory;

/** Says in one line that an object is used by another thread than that which made it, or after it was closed. */
public final class ThreadConfinement {
    private final String what;
    private final Thread thread = Thread.currentThread();
    private volatile boolean closed; // read by any thread

    /** Creates the confinement to the current thread of something with a name for messages. */
    public ThreadConfinement(String what) {
        this.what = what;
    }

    /**
     * Checks the calling thread, and that the object is open.
     *
     * @throws IllegalStateException when either is wrong
     */
    public void check() {
        checkThread();
        if (closed) {
            throw new IllegalStateException(what + " is closed");
        }
    }

    /**
     * Checks the calling thread.
     *
     * @throws IllegalStateException when it is another than that which made the object
     */
    public void checkThread() {
        Thread current = Thread.currentThread();
        if (!current.equals(thread)) {
            throw new IllegalStateException(what + " belongs to thread \"" + thread.getName() + "\", not to \""
                    + current.getName() + "\"");
        }
    }

    /** Returns whether the object is closed; on any thread. */
    public boolean isClosed() {
        return closed;
    }

    /** From now on the object is closed. */
    public void close() {
        closed = true;
    }
}

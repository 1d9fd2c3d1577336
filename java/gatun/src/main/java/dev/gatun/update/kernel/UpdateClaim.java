package dev.gatun.update.kernel;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An exclusive claim of an optimizer on its memory during a step, which detects concurrent steps of two threads over
 * the same memory. A kernel {@linkplain #begin begins} and {@linkplain #end ends} its claim in every step; neither
 * allocates. Claims of one thread may overlap: a step of several kernels claims all their memory first, so that none of
 * them is refused after another has run.
 */
public final class UpdateClaim {
    private static final List<UpdateClaim> RUNNING = new ArrayList<>(64); // guarded by itself

    private final UpdateBuffer[] buffers;
    private @Nullable Thread thread;

    UpdateClaim(List<UpdateBuffer> buffers) {
        this.buffers = buffers.toArray(UpdateBuffer[]::new);
    }

    /**
     * Claims the memory.
     *
     * @throws IllegalStateException if the memory is closed, or a step of another thread works on some of it
     */
    public void begin() {
        checkOpen();
        synchronized (RUNNING) {
            Thread current = Thread.currentThread();
            for (int i = 0; i < RUNNING.size(); i++) {
                checkApart(RUNNING.get(i), current);
            }
            thread = current;
            RUNNING.add(this);
        }
    }

    /** Releases the memory. */
    public void end() {
        synchronized (RUNNING) {
            RUNNING.remove(this);
            thread = null;
        }
    }

    /** Throws if any of the memory is closed. */
    public void checkOpen() {
        for (UpdateBuffer buffer : buffers) {
            buffer.checkOpen();
        }
    }

    private void checkApart(UpdateClaim running, Thread current) {
        Thread owner = running.thread;
        if (owner == null || owner.equals(current)) {
            return;
        }
        for (UpdateBuffer mine : buffers) {
            for (UpdateBuffer other : running.buffers) {
                if (mine.disturbs(other)) {
                    throw new IllegalStateException(mine.name() + " overlap " + other.name()
                            + " of an optimizer that thread \""
                            + owner.getName() + "\" is stepping: step one after the other, or give each optimizer"
                            + " slices of its own");
                }
            }
        }
    }
}

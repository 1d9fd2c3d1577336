package dev.gatun.memory;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Some buffers whose addresses native code is given, kept while it runs: {@link #begin}, the call, {@link #end}. Where
 * they are closed meanwhile, by whichever thread, their memory is freed after the call. Neither allocates.
 */
public final class Retention {
    private final Buffer[] buffers;

    /** Creates the retention of some buffers; slices of one allocation count once. */
    public Retention(Collection<? extends Buffer> buffers) {
        Map<Allocation, Buffer> whole = new LinkedHashMap<>();
        buffers.forEach(buffer -> whole.putIfAbsent(buffer.allocation(), buffer));
        this.buffers = whole.values().toArray(Buffer[]::new);
    }

    /**
     * Retains all buffers.
     *
     * @throws IllegalStateException when one of them is closed: none is retained then
     */
    public void begin() {
        int retained = 0;
        try {
            for (; retained < buffers.length; retained++) {
                buffers[retained].retain();
            }
        } finally {
            if (retained < buffers.length) {
                release(retained);
            }
        }
    }

    /** Releases them. */
    public void end() {
        release(buffers.length);
    }

    private void release(int count) {
        for (int i = 0; i < count; i++) {
            buffers[i].release();
        }
    }
}

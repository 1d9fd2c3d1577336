package dev.gatun.onednn;

import dev.gatun.bindings.gatun.gatun_h;
import dev.gatun.bindings.gatun.gatun_hold$function;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A call of native code that reaches memory through a struct. Only the segments among a call's arguments stay open while it
 * runs, whoever tries to close them; so these are made arguments of {@code gatun_hold}, which calls back. Allocates nothing.
 */
final class HeldCall {
    private final MemorySegment first;
    private final MemorySegment second;
    private final Runnable call;
    private final MemorySegment stub;
    private @Nullable Throwable failure;

    /** @param held at most two segments */
    HeldCall(List<MemorySegment> held, Runnable call, Arena arena) {
        if (held.size() > 2) {
            throw new IllegalArgumentException("two segments are held at most, got " + held.size());
        }
        this.first = held.isEmpty() ? MemorySegment.NULL : held.getFirst();
        this.second = held.size() < 2 ? MemorySegment.NULL : held.getLast();
        this.call = call;
        this.stub = gatun_hold$function.allocate(this::guarded, arena);
    }

    /**
     * Runs the call.
     *
     * @throws IllegalStateException when the held memory is closed
     */
    void run() {
        failure = null;
        Kernels.check(gatun_h.gatun_hold(first, second, stub), "gatun_hold", 0);
        switch (failure) {
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case null, default -> { }
        }
    }

    /** An exception that left a callback would end the JVM. */
    private void guarded() {
        try {
            call.run();
        } catch (RuntimeException | Error e) {
            failure = e;
        }
    }
}

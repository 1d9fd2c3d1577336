package dev.gatun.ffi;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;

/**
 * Bounds how long a thread of the OpenMP runtime spins at a barrier before it sleeps. GNU's runtime spins for
 * milliseconds, which is as fast as it gets on processors of one's own; with other processes on them, the thread that
 * spins takes the time of the thread that it waits for, and a step takes 20 to 100 times as long. Threads that sleep at
 * once ({@code OMP_WAIT_POLICY=passive}) take twice as long on idle processors.
 */
public final class SpinLimit {
    /** Read by GNU's runtime when it is loaded, and never again. */
    static final String VARIABLE = "GOMP_SPINCOUNT";

    /** About 0.2 ms of {@code pause}: longer than the time between two kernels, shorter than a time slice. */
    static final String TURNS = "10000";

    /** What a user may have said about waiting: no limit is set beside any of them. */
    private static final List<String> DECISIONS = List.of(VARIABLE, "OMP_WAIT_POLICY");

    private SpinLimit() {}

    /**
     * Sets the limit for a runtime that is loaded later in this process, unless the environment has said how its
     * threads wait. Where the C library has no {@code setenv}, nothing is set.
     */
    public static void set() {
        if (DECISIONS.stream().anyMatch(System.getenv()::containsKey)) {
            return;
        }
        Linker.nativeLinker().defaultLookup().find("setenv").ifPresent(function -> {
            try (Arena arena = Arena.ofConfined()) {
                setenv(function).invoke(arena.allocateFrom(VARIABLE), arena.allocateFrom(TURNS), 0);
            } catch (Throwable e) {
                throw new IllegalStateException("setenv cannot be called", e);
            }
        });
    }

    @SuppressWarnings("restricted")
    private static MethodHandle setenv(MemorySegment function) {
        return Linker.nativeLinker().downcallHandle(function, FunctionDescriptor.of(
                ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
    }
}

package dev.gatun.engine;

import dev.gatun.backend.Device;

/** Times what may be run any number of times. */
final class Stopwatch {
    private static final int MOST_REPETITIONS = 7;

    private Stopwatch() {}

    /**
     * The shortest of a few runs, in nanoseconds, after one that warms up.
     *
     * @param device     whose work each run awaits
     * @param limitNanos no repetition begins after so much time, but one is always made
     */
    static long shortest(Device device, Runnable run, long limitNanos) {
        long begin = System.nanoTime();
        run.run();
        device.stream().synchronize();
        long shortest = Long.MAX_VALUE;
        for (int i = 0; i < MOST_REPETITIONS && (i == 0 || System.nanoTime() - begin < limitNanos); i++) {
            long start = System.nanoTime();
            run.run();
            device.stream().synchronize();
            shortest = Math.min(shortest, System.nanoTime() - start);
        }
        return shortest;
    }
}

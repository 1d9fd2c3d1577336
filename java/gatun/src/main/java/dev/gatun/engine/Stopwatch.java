package dev.gatun.engine;

/** Times what may be run any number of times. */
final class Stopwatch {
    private static final int MOST_REPETITIONS = 7;

    private Stopwatch() {}

    /**
     * The shortest of a few runs, in nanoseconds, after one that warms up.
     *
     * @param limitNanos no repetition begins after so much time, but one is always made
     */
    static long shortest(Runnable run, long limitNanos) {
        long begin = System.nanoTime();
        run.run();
        long shortest = Long.MAX_VALUE;
        for (int i = 0; i < MOST_REPETITIONS && (i == 0 || System.nanoTime() - begin < limitNanos); i++) {
            long start = System.nanoTime();
            run.run();
            shortest = Math.min(shortest, System.nanoTime() - start);
        }
        return shortest;
    }
}

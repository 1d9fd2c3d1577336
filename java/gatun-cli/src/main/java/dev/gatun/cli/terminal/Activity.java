package dev.gatun.cli.terminal;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Work of unknown length, such as compiling, of which a user sees that it goes on: on a terminal a line with the
 * seconds so far, which disappears; elsewhere one line, if it takes long.
 */
public final class Activity {
    private static final long FIRST_MILLIS = 400;
    private static final long NEXT_MILLIS = 500;
    private static final long WITHOUT_TERMINAL_MILLIS = 5_000;

    private Activity() {}

    /**
     * Does some work on this thread.
     *
     * @param quiet whether to show nothing
     * @param what  what is done, as the beginning of a line
     * @return what the work returns
     */
    public static <T> T during(Output output, boolean quiet, String what, Supplier<T> work) {
        if (quiet) {
            return work.get();
        }
        CountDownLatch done = new CountDownLatch(1);
        Thread shown = Thread.ofPlatform().daemon().name("gatun-activity").start(() -> show(output, what, done));
        try {
            return work.get();
        } finally {
            done.countDown();
            joined(shown);
        }
    }

    private static void show(Output output, String what, CountDownLatch done) {
        long begin = System.nanoTime();
        try {
            if (!output.isTerminal()) {
                if (!done.await(WITHOUT_TERMINAL_MILLIS, TimeUnit.MILLISECONDS)) {
                    output.out().println(what + " ...");
                }
                return;
            }
            RewrittenLine line = new RewrittenLine(output, System::nanoTime);
            for (long wait = FIRST_MILLIS; !done.await(wait, TimeUnit.MILLISECONDS); wait = NEXT_MILLIS) {
                line.show(what + " ... " + Durations.format((System.nanoTime() - begin) / 1e9));
            }
            line.clear();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // nobody does
        }
    }

    /** Nothing of it is written after what comes next. */
    private static void joined(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

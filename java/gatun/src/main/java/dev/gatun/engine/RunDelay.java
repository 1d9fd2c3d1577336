package dev.gatun.engine;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How long the threads of this process were kept from running by others: what Linux counts as run delay, the second
 * field of {@code /proc/PID/task/TID/schedstat}. It tells a busy neighbour in this container from one elsewhere.
 */
final class RunDelay {
    private static final Path THREADS = Path.of("/proc/self/task");

    private RunDelay() {}

    /** The sum over all threads that live, in nanoseconds; 0 where the system does not count. */
    static long nanos() {
        long sum = 0;
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(THREADS)) {
            for (Path thread : threads) {
                sum += nanos(thread.resolve("schedstat"));
            }
        } catch (IOException | DirectoryIteratorException _) {
            return 0;
        }
        return sum;
    }

    private static long nanos(Path counters) {
        try {
            String[] fields = Files.readString(counters).split(" ", -1);
            return fields.length > 1 ? Long.parseLong(fields[1]) : 0;
        } catch (IOException | NumberFormatException _) { // the thread has ended meanwhile
            return 0;
        }
    }
}

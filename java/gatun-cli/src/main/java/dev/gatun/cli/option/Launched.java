package dev.gatun.cli.option;

import java.nio.file.Path;
import java.util.Optional;

/** What {@code gatun launch} tells the processes that it starts, by environment variables besides those of the rank. */
public final class Launched {
    /** Set in a process whose standard input ends when the launcher does. */
    public static final String MARK = "GATUN_LAUNCHED";

    /** Processor threads of a process, unless its options say otherwise. */
    public static final String THREADS = "GATUN_THREADS";

    /** A file in which rank 0 writes the path of its run's folder, once there is one: what to resume after a failure. */
    public static final String RUN_POINTER = "GATUN_RUN_POINTER";

    private Launched() {}

    /** Returns whether the launcher has started this process. */
    public static boolean isHere() {
        return System.getenv(MARK) != null;
    }

    /** Returns the file for the path of the run's folder. */
    public static Optional<Path> runPointer() {
        return Optional.ofNullable(System.getenv(RUN_POINTER)).filter(text -> !text.isEmpty()).map(Path::of);
    }

    /** Returns the number of threads that a process takes by default. */
    static int threads() {
        String text = System.getenv(THREADS);
        return text != null && text.matches("[1-9]\\d{0,3}") ? Integer.parseInt(text)
                : Runtime.getRuntime().availableProcessors();
    }
}

package dev.gatun.dist.socket;

import dev.gatun.dist.GroupException;
import dev.gatun.dist.RankLostException;
import org.jspecify.annotations.Nullable;

/** Whether a group can go on. The first that went wrong is what counts; all else follows from it. Thread-safe. */
final class Outcome {
    private static final int NO_RANK = -1;

    private record Failure(int rank, String text) {}

    private volatile @Nullable Failure failure;

    /** Returns whether this is the first. */
    synchronized boolean lost(int rank, String text) {
        if (failure != null) {
            return false;
        }
        failure = new Failure(rank, text);
        notifyAll();
        return true;
    }

    /** Something that no rank is to blame for. */
    boolean failed(String text) {
        return lost(NO_RANK, text);
    }

    boolean isGood() {
        return failure == null;
    }

    /** Throws what went wrong, with the stack of whoever asks. */
    void check() {
        Failure known = failure;
        if (known != null) {
            throw known.rank == NO_RANK ? new GroupException(known.text)
                    : new RankLostException(known.rank, known.text);
        }
    }

    /** Waits for a failure or {@link #wake}, but no longer than this. */
    synchronized void await(long millis) throws InterruptedException {
        if (failure == null) {
            wait(Math.max(1, millis));
        }
    }

    synchronized void wake() {
        notifyAll();
    }
}

package dev.gatun.train.step;

import dev.gatun.backend.Event;
import dev.gatun.backend.Stream;
import dev.gatun.data.Batch;
import dev.gatun.data.BatchLoader;
import dev.gatun.train.profile.StepObserver;
import dev.gatun.train.profile.StepPart;
import dev.gatun.train.program.BoundProgram;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Transfers batches to the device. At most one more batch is lent than the host is steps ahead of the device; each is
 * released when the device has read it. Allocates nothing after construction.
 */
public final class BatchFeed {
    private final BatchLoader loader;
    private final Stream stream;
    private final Lent[] ring;
    private int next;
    private @Nullable StepObserver observer;

    /** A batch that the device may still have to read. */
    private static final class Lent {
        final Event read;
        @Nullable Batch batch;

        Lent(Event read) {
            this.read = read;
        }
    }

    /**
     * Creates a feed.
     *
     * @param loader loader whose staging memory holds as many batches, besides those that it prepares ahead
     */
    public BatchFeed(BatchLoader loader, Stream stream) {
        this.loader = loader;
        this.stream = stream;
        ring = new Lent[stream.depth() + 1];
        for (int i = 0; i < ring.length; i++) {
            ring[i] = new Lent(stream.newEvent());
        }
    }

    /** Returns the source of the batches. */
    public BatchLoader loader() {
        return loader;
    }

    /** Sets who is told of the waits for batches; null for nobody. */
    public void observe(@Nullable StepObserver newObserver) {
        observer = newObserver;
    }

    /** Returns the next batch of the epoch. */
    public Batch next() {
        StepObserver told = observer;
        if (told != null) {
            told.begin(StepPart.DATA_WAIT);
        }
        giveBack(ring[next]); // the oldest
        Batch batch = Objects.requireNonNull(loader.next(), "the epoch is over");
        if (told != null) {
            told.end(StepPart.DATA_WAIT);
        }
        return batch;
    }

    /** Submits the copy of a batch to the inputs of a program, and releases the batch once it is read. */
    public void load(Batch batch, BoundProgram program) {
        Lent place = ring[next];
        next = (next + 1) % ring.length;
        place.batch = batch;
        program.submit(batch);
        stream.record(place.read);
        if (ring.length == 1) { // work is done when it is submitted
            giveBack(place);
        }
    }

    private void giveBack(Lent place) {
        Batch batch = place.batch;
        if (batch != null) {
            place.read.await();
            place.batch = null;
            loader.release(batch);
        }
    }

    /** Waits until the device has read all batches, and releases them. */
    public void giveBackAll() {
        for (Lent place : ring) {
            giveBack(place);
        }
    }
}

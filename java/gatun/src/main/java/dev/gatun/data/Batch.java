package dev.gatun.data;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Normalized images and their labels in staging memory, lent by a {@link BatchLoader} until it is released. The same
 * few objects are used over and over: do not keep one after its release.
 */
public final class Batch {
    /** Where a batch is on its way round. Guarded by the queue. */
    enum State {
        FREE,
        FILLING,
        READY,
        FAILED,
        HELD
    }

    private final BatchLoader owner;
    private final MemorySegment images;
    private final MemorySegment labels;
    private final MemorySegment lastImages;
    private final MemorySegment lastLabels;
    private final int fullSize;

    private State state = State.FREE;
    private long generation;
    private long epoch;
    private int index;
    private int[] order = {};
    private int size;
    private @Nullable Throwable failure;

    /** The views for a whole batch and for the smaller last one are made here, so that none is made per batch. */
    Batch(BatchLoader owner, MemorySegment images, MemorySegment labels, int fullSize, int lastSize) {
        this.owner = owner;
        this.images = images;
        this.labels = labels;
        this.fullSize = fullSize;
        this.lastImages = images.asSlice(0, images.byteSize() / fullSize * lastSize);
        this.lastLabels = labels.asSlice(0, labels.byteSize() / fullSize * lastSize);
    }

    /** Float32 {@code [size][height][width][channels]}, beginning at a multiple of 64 bytes. */
    public MemorySegment images() {
        return size == fullSize ? images : lastImages;
    }

    /** Int32 {@code [size]}, beginning at a multiple of 64 bytes. */
    public MemorySegment labels() {
        return size == fullSize ? labels : lastLabels;
    }

    /** Number of images; less than the batch size in the last batch of an epoch where that is kept. */
    public int size() {
        return size;
    }

    /** Which batch of its epoch this is, from 0. */
    public int indexInEpoch() {
        return index;
    }

    /** The epoch that was started. */
    public long epoch() {
        return epoch;
    }

    BatchLoader owner() {
        return owner;
    }

    State state() {
        return state;
    }

    long generation() {
        return generation;
    }

    /** Why this batch could not be made; only of one that failed. */
    Throwable failure() {
        return Objects.requireNonNull(failure);
    }

    /** Which images this epoch visits, in order; those of this batch begin at index x batch size. */
    int[] order() {
        return order;
    }

    void begin(long generation, long epoch, int index, int[] order, int size) {
        this.state = State.FILLING;
        this.generation = generation;
        this.epoch = epoch;
        this.index = index;
        this.order = order;
        this.size = size;
        this.failure = null;
    }

    void become(State state) {
        this.state = state;
    }

    void fail(Throwable failure) {
        this.state = State.FAILED;
        this.failure = failure;
    }
}

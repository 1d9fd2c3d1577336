package dev.gatun.data;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The tensors of some examples in staging memory, lent by a {@link BatchLoader} until they are released. The same few
 * objects are used over and over: do not keep one after its release.
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
    private final List<Field> fields;
    private final MemorySegment[] whole;
    private final MemorySegment[] last;
    private final int fullSize;

    private State state = State.FREE;
    private long generation;
    private long epoch;
    private int index;
    private int[] order = {};
    private int size;
    private @Nullable Throwable failure;

    /** The views for a whole batch and for the smaller last one are made here, so that none is made per batch. */
    Batch(BatchLoader owner, List<Field> fields, List<MemorySegment> memory, int fullSize, int lastSize) {
        this.owner = owner;
        this.fields = fields;
        this.fullSize = fullSize;
        this.whole = memory.toArray(MemorySegment[]::new);
        this.last = new MemorySegment[whole.length];
        for (int i = 0; i < whole.length; i++) {
            last[i] = whole[i].asSlice(0, whole[i].byteSize() / fullSize * lastSize);
        }
    }

    /** Returns the fields of an example; an index into this list identifies a field. */
    public List<Field> fields() {
        return fields;
    }

    /**
     * Returns the memory of the field with the given index: the examples one after the other, each row-major, except
     * that images {@code (C, H, W)} are stored channels last. It is aligned to 64 bytes.
     */
    public MemorySegment tensor(int field) {
        return size == fullSize ? whole[field] : last[field];
    }

    /** Returns the memory of the field with the given name. Allocates nothing. */
    public MemorySegment tensor(String name) {
        for (int i = 0; i < fields.size(); i++) {
            if (fields.get(i).name().equals(name)) {
                return tensor(i);
            }
        }
        throw new IllegalArgumentException("a batch of " + fields + " has no \"" + name + "\"");
    }

    /** Returns the number of examples, smaller than the batch size in the last batch of an epoch if that is kept. */
    public int size() {
        return size;
    }

    /** Returns the index of this batch in its epoch, from 0. */
    public int indexInEpoch() {
        return index;
    }

    /** Returns the epoch that this batch belongs to. */
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

    /** Which examples this epoch visits, in order; those of this batch begin at index x batch size. */
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

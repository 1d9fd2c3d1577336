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
    private final int[] sizes;
    private final MemorySegment[][] views;

    private State state = State.FREE;
    private long generation;
    private long epoch;
    private int index;
    private int[] order = {};
    private int first;
    private int size;
    private MemorySegment[] tensors;
    private @Nullable Throwable failure;

    /**
     * Makes the views for each size that a batch may have, so that none is made per batch.
     *
     * @param memory   of each field, for {@code fullSize} examples
     * @param fullSize largest size
     */
    Batch(BatchLoader owner, List<Field> fields, List<MemorySegment> memory, int fullSize, int[] sizes) {
        this.owner = owner;
        this.fields = fields;
        this.sizes = sizes;
        this.views = new MemorySegment[sizes.length][memory.size()];
        for (int i = 0; i < sizes.length; i++) {
            for (int field = 0; field < memory.size(); field++) {
                MemorySegment full = memory.get(field);
                views[i][field] = full.asSlice(0, full.byteSize() / fullSize * sizes[i]);
            }
        }
        this.tensors = views[0];
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
        return tensors[field];
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

    /** Which examples this epoch visits, in order; those of this batch begin at {@link #firstInEpoch}. */
    int[] order() {
        return order;
    }

    /** Where in its epoch's order the examples of this batch begin. */
    int firstInEpoch() {
        return first;
    }

    /** Begins anew as a batch of an epoch. Allocates nothing. */
    void begin(long newGeneration, BatchQueue.Epoch of, int newIndex) {
        state = State.FILLING;
        generation = newGeneration;
        epoch = of.number();
        index = newIndex;
        order = of.order();
        first = newIndex * of.batchSize();
        size = Math.min(of.batchSize(), order.length - first);
        tensors = views(size);
        failure = null;
    }

    private MemorySegment[] views(int wanted) {
        for (int i = 0; i < sizes.length; i++) {
            if (sizes[i] == wanted) {
                return views[i];
            }
        }
        throw new IllegalStateException("no batch was to have " + wanted + " examples");
    }

    void become(State state) {
        this.state = state;
    }

    void fail(Throwable failure) {
        this.state = State.FAILED;
        this.failure = failure;
    }
}

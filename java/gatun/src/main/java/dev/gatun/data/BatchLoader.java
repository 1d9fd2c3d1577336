package dev.gatun.data;

import dev.gatun.memory.Bytes;
import dev.gatun.memory.HostBuffer;
import dev.gatun.memory.MemoryBudget;
import dev.gatun.memory.Role;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Prepares the batches of an epoch ahead of their use, on daemon threads, in one slab of staging memory:
 *
 * <pre>{@code
 * loader.start(epoch, 0);
 * for (Batch batch = loader.next(); batch != null; batch = loader.next()) {
 *     step(batch.tensor("images"), batch.tensor("labels"));
 *     loader.release(batch);
 * }
 * }</pre>
 *
 * Epochs may have batches of several sizes, all in the same memory. Batch {@code b} of epoch {@code e} holds the same
 * numbers however the epoch was started and on however many threads it was made. {@link #next} and {@link #release}
 * allocate no heap memory. They are for one consumer at a time. The loader does not close the data set.
 */
public final class BatchLoader implements AutoCloseable {
    private static final long ALIGNMENT = 64;

    private final EpochBatches[] kinds;
    private final LastBatch lastBatch;
    private final List<Field> fields;
    private final HostBuffer slab;
    private final BatchQueue queue;
    private final List<Thread> workers = new ArrayList<>();

    /**
     * Allocates the staging memory; no thread runs before {@link #start}.
     *
     * @throws IllegalArgumentException when sampler, options and data set do not fit together
     * @throws dev.gatun.memory.MemoryBudgetException when the budget is too small
     */
    public BatchLoader(Dataset dataset, Sampler sampler, BatchLoaderOptions options, MemoryBudget budget) {
        this(dataset, List.of(new EpochBatches(sampler, options.batchSize())), options, budget);
    }

    /**
     * Allocates the staging memory for epochs of several kinds, as large as the largest batches need.
     *
     * @param kinds   the batches of an epoch of each kind, at least one
     * @param options options; their batch size has no effect
     * @throws IllegalArgumentException when samplers, options and data set do not fit together
     * @throws dev.gatun.memory.MemoryBudgetException when the budget is too small
     */
    public BatchLoader(Dataset dataset, List<EpochBatches> kinds, BatchLoaderOptions options, MemoryBudget budget) {
        if (kinds.isEmpty()) {
            throw new IllegalArgumentException("epochs have batches: give at least one kind of them");
        }
        this.kinds = kinds.toArray(EpochBatches[]::new);
        this.lastBatch = options.lastBatch();
        this.fields = List.copyOf(dataset.fields());
        int full = 0;
        for (EpochBatches kind : kinds) {
            check(dataset, kind);
            full = Math.max(full, kind.batchSize());
        }

        for (int i = 0; i < options.workers(); i++) {
            BatchFiller filler = new BatchFiller(dataset);
            workers.add(Thread.ofPlatform().daemon().name("gatun-data-" + i).unstarted(() -> work(filler)));
        }

        int slots = options.prefetch() + 1; // one more than is ahead: the one in use
        long stride = 0;
        for (Field field : fields) {
            stride += Bytes.alignUp(field.type().bytes() * full, ALIGNMENT);
        }
        this.slab = budget.allocate(Role.STAGING, "batches of " + dataset.name(), stride * slots);
        Batch[] all = new Batch[slots];
        for (int i = 0; i < slots; i++) {
            all[i] = new Batch(this, fields, memory(i * stride, full), full, sizes());
        }
        this.queue = new BatchQueue(all);
    }

    /** The sizes that batches have. */
    private int[] sizes() {
        return Arrays.stream(kinds).flatMapToInt(kind -> IntStream.of(kind.batchSize(), kind.rest(lastBatch)))
                .distinct().toArray();
    }

    private List<MemorySegment> memory(long begin, int size) {
        List<MemorySegment> memory = new ArrayList<>();
        long at = begin;
        for (Field field : fields) {
            long bytes = field.type().bytes() * size;
            memory.add(slab.slice(at, bytes).segment());
            at += Bytes.alignUp(bytes, ALIGNMENT);
        }
        return memory;
    }

    private void check(Dataset dataset, EpochBatches kind) {
        Sampler sampler = kind.sampler();
        if (sampler.size() > dataset.size()) {
            throw new IllegalArgumentException(
                    "the sampler visits " + sampler.size() + " examples, " + dataset.name() + " has " + dataset.size());
        }
        if (!lastBatch.keeps() && sampler.size() < kind.batchSize()) {
            throw new IllegalArgumentException("no batch is left: " + sampler.size() + " examples do not fill one of "
                    + kind.batchSize() + " and the last batch is dropped; use a smaller batch size or keep it");
        }
    }

    /** Returns the number of batches in a whole epoch; of the first kind, where there are several. */
    public int batches() {
        return batches(0);
    }

    /** Returns the number of batches in a whole epoch of a kind. */
    public int batches(int kind) {
        return kinds[kind].count(lastBatch);
    }

    /** Returns the tensors of an example. */
    public List<Field> fields() {
        return fields;
    }

    /**
     * Starts an epoch at one of its batches, discarding the rest of the previous epoch. Batches still held stay valid
     * until they are released.
     *
     * @param firstBatch {@code 0 .. batches()}; with {@code batches()} the epoch is empty
     */
    public void start(long epoch, int firstBatch) {
        start(0, epoch, firstBatch);
    }

    /**
     * Starts an epoch of a kind; otherwise as {@link #start(long, int)}.
     *
     * @param kind which kind, counted from 0
     */
    public void start(int kind, long epoch, int firstBatch) {
        int batches = batches(kind);
        if (firstBatch < 0 || firstBatch > batches) {
            throw new IllegalArgumentException("batch " + firstBatch + " of an epoch of " + batches);
        }
        EpochBatches started = kinds[kind];
        queue.start(new BatchQueue.Epoch(started.sampler().order(epoch), epoch, started.batchSize(), batches),
                firstBatch);
        for (Thread worker : workers) {
            if (worker.getState() == Thread.State.NEW) {
                worker.start();
            }
        }
    }

    /**
     * Returns the next batch of the epoch, waiting for it where necessary; null at the end of the epoch.
     *
     * @throws DataException (or whatever else the data set threw) when an example of this batch could not be read; the
     *     batches before it come first, and every further call throws it again
     * @throws IllegalStateException before {@link #start}, after {@link #close}, or when all batches are held
     * @throws CancellationException when the thread is interrupted while it waits; it stays marked as interrupted
     */
    public @Nullable Batch next() {
        return queue.take();
    }

    /** Returns a batch that {@link #next} lent. Its content must not be used any more. */
    public void release(Batch batch) {
        if (batch.owner() != this) {
            throw new IllegalArgumentException("this batch is of another loader");
        }
        queue.release(batch);
    }

    /** Returns how long {@link #next} has waited since the last {@link #start}, in nanoseconds. */
    public long waitedNanos() {
        return queue.waitedNanos();
    }

    /** Stops the threads, waiting for the example that each is reading, and frees the staging memory. */
    @Override
    public void close() {
        if (!queue.close()) {
            return;
        }
        boolean interrupted = false;
        for (Thread worker : workers) {
            while (worker.isAlive()) { // not before: it may still write to the slab
                try {
                    worker.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        slab.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void work(BatchFiller filler) {
        for (Batch batch = claim(); batch != null; batch = claim()) {
            Batch mine = batch;
            Throwable failure = null;
            try {
                filler.fill(mine, () -> queue.abandoned(mine));
            } catch (Throwable e) { // also an OutOfMemoryError belongs to the consumer, who waits for this batch
                failure = e;
            }
            queue.finish(mine, failure);
        }
    }

    private @Nullable Batch claim() {
        return queue.claim();
    }
}

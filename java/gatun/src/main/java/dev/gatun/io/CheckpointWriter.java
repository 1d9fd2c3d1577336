package dev.gatun.io;

import dev.gatun.memory.MemoryBudget;

/**
 * Writes the checkpoints of a run and deletes the oldest. At most one is being written at a time; it belongs to the
 * thread that made it.
 */
public sealed interface CheckpointWriter extends AutoCloseable permits BlockingWriter, BackgroundWriter {

    /** The point at which {@link #write} returns. */
    enum Mode {
        /** When the checkpoint is on disk. */
        BLOCKING,
        /** When its tensors are copied; the file is written while the run continues. */
        BACKGROUND
    }

    /**
     * Creates a writer.
     *
     * @param store  destination
     * @param keep   number of checkpoints to keep, at least one
     * @param budget budget of the copies of {@link Mode#BACKGROUND}, as large as one checkpoint
     */
    static CheckpointWriter of(Mode mode, CheckpointStore store, int keep, MemoryBudget budget) {
        if (keep < 1) {
            throw new IllegalArgumentException("at least one checkpoint must be kept, not " + keep);
        }
        return switch (mode) {
            case BLOCKING -> new BlockingWriter(store, keep);
            case BACKGROUND -> new BackgroundWriter(store, keep, budget);
        };
    }

    /**
     * Allocates the memory that {@link #write} needs for such a checkpoint, so that a budget that is too small is
     * reported before the run starts, and closes the checkpoint.
     *
     * @throws dev.gatun.memory.MemoryBudgetException when the budget is too small
     */
    void prepare(Checkpoint like);

    /**
     * Writes and closes a checkpoint, after waiting for the previous one. The run may continue when this returns, in
     * either mode.
     *
     * @throws CheckpointException when this checkpoint, or the one before, cannot be written; the earlier ones are
     *                             intact
     */
    void write(long step, Checkpoint checkpoint);

    /** Says that the checkpoint of a step stays, from the next {@link #write} on, and none that was to stay before. */
    void keep(long step);

    /**
     * Reports, without waiting and once, that a checkpoint could not be written.
     *
     * @throws CheckpointException if it could not
     */
    void check();

    /**
     * Waits until all checkpoints are written.
     *
     * @throws CheckpointException when a checkpoint could not be written
     */
    void finish();

    /** Waits as {@link #finish} does, then frees all memory, even if that throws. */
    @Override
    void close();
}

package dev.gatun.io;

import dev.gatun.memory.MemoryBudget;

/**
 * Writes the checkpoints of a run and forgets the oldest. At most one is being written at a time; it belongs to the
 * thread that made it.
 */
public sealed interface CheckpointWriter extends AutoCloseable permits BlockingWriter, BackgroundWriter {

    /** When {@link #write} returns. */
    enum Mode {
        /** When the checkpoint is on the disk. */
        BLOCKING,
        /** When its tensors are copied: it is written while the run goes on. */
        BACKGROUND
    }

    /**
     * A writer.
     *
     * @param store  where to
     * @param keep   how many checkpoints stay, at least one
     * @param budget what the copies of {@link Mode#BACKGROUND}, one checkpoint's, are counted in
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
     * Allocates at once what {@link #write} of such a checkpoint will need, so that too small a budget shows before the
     * run and not in it, and closes the checkpoint.
     *
     * @throws dev.gatun.memory.MemoryBudgetException when the budget is too small
     */
    void prepare(Checkpoint like);

    /**
     * Writes and closes a checkpoint; waits first for the one before. The run may go on when this returns, whatever the
     * mode.
     *
     * @throws CheckpointException when this checkpoint, or the one before, cannot be written; the earlier ones are
     *                             intact
     */
    void write(long step, Checkpoint checkpoint);

    /**
     * Looks, without waiting, whether a checkpoint could not be written, and says so once.
     *
     * @throws CheckpointException when it could not
     */
    void check();

    /**
     * Waits until everything is written.
     *
     * @throws CheckpointException when a checkpoint could not be written
     */
    void finish();

    /** {@link #finish}, then gives back all memory, also when that throws. */
    @Override
    void close();
}

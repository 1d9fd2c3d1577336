package dev.gatun.io;

import java.util.OptionalLong;

/** Writes while the run waits. */
final class BlockingWriter implements CheckpointWriter {
    private final CheckpointStore store;
    private final int keep;
    private OptionalLong kept = OptionalLong.empty();

    BlockingWriter(CheckpointStore store, int keep) {
        this.store = store;
        this.keep = keep;
    }

    @Override
    public void prepare(Checkpoint like) {
        like.close();
    }

    @Override
    public void write(long step, Checkpoint checkpoint) {
        store.write(step, checkpoint);
        store.prune(keep, kept);
    }

    @Override
    public void keep(long step) {
        kept = OptionalLong.of(step);
    }

    @Override
    public void check() {}

    @Override
    public void finish() {}

    @Override
    public void close() {}
}

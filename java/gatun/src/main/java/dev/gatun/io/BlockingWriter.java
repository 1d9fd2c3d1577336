package dev.gatun.io;

/** Writes while the run waits. */
record BlockingWriter(CheckpointStore store, int keep) implements CheckpointWriter {

    @Override
    public void prepare(Checkpoint like) {
        like.close();
    }

    @Override
    public void write(long step, Checkpoint checkpoint) {
        store.write(step, checkpoint);
        store.prune(keep);
    }

    @Override
    public void check() {}

    @Override
    public void finish() {}

    @Override
    public void close() {}
}

package dev.gatun.train;

import dev.gatun.data.Batch;
import dev.gatun.data.BatchLoader;
import java.util.List;
import java.util.Objects;

/** Runs phases once for each batch of a step, taking the batches after the first from a loader. */
final class Batches implements Phase {
    private final BatchLoader loader;
    private final Phase[] phases;

    Batches(BatchLoader loader, List<? extends Phase> phases) {
        this.loader = loader;
        this.phases = phases.toArray(Phase[]::new);
    }

    @Override
    public void run(StepState step) {
        long first = step.batchNumber;
        for (int i = 0; i < step.batches; i++) {
            if (i > 0) {
                step.take(next(loader));
            }
            step.index = i;
            step.batchNumber = first + i;
            for (Phase phase : phases) {
                phase.run(step);
            }
        }
    }

    static Batch next(BatchLoader loader) {
        return Objects.requireNonNull(loader.next(), "the epoch is over");
    }
}

package dev.gatun.train.step;

import java.util.List;
import java.util.Optional;

/** Runs phases once for each batch of a step, taking the batches after the first from a feed. */
final class Batches implements Phase {
    private final BatchFeed feed;
    private final Phase[] phases;

    Batches(BatchFeed feed, List<? extends Phase> phases) {
        this.feed = feed;
        this.phases = phases.toArray(Phase[]::new);
    }

    @Override
    public void run(StepState step) {
        for (int i = 0; i < step.batches; i++) {
            if (i > 0) {
                step.take(feed.next());
            }
            for (Phase phase : phases) {
                phase.run(step);
            }
        }
    }

    @Override
    public Optional<NonFiniteLossException> explain(SubmittedStep failed) {
        return TrainingStep.explain(phases, failed);
    }
}

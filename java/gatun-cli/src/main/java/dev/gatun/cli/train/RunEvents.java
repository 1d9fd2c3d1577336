package dev.gatun.cli.train;

import dev.gatun.io.RunFolder;
import dev.gatun.io.events.EventFile;
import dev.gatun.train.Evaluation;
import dev.gatun.train.Progress;
import org.jspecify.annotations.Nullable;

/** The scalars of a run for TensorBoard, where they were asked for. */
final class RunEvents implements AutoCloseable {
    /** Whether a run has them. */
    enum Wish {
        /** No file is written. */
        NONE,
        /** A file is written into the run's folder. */
        WRITTEN
    }

    private final @Nullable EventFile file;

    /** Opens a file, beside those of the run before it was resumed. */
    RunEvents(RunFolder folder, Wish wish, long step) {
        file = wish == Wish.NONE ? null : EventFile.create(folder.path());
        if (file != null && step > 0) {
            file.goesOnAfter(step);
        }
    }

    void step(Progress progress) {
        if (file != null) {
            file.scalar("step/loss", progress.step(), progress.loss());
            file.scalar("step/learning_rate", progress.step(), progress.learningRate());
        }
    }

    /** @param split what the epoch was evaluated on: test or validation */
    void epoch(Progress progress, Evaluation test, String split) {
        if (file != null) {
            long step = progress.step();
            file.scalar("train/loss", step, progress.meanLoss());
            file.scalar("train/accuracy", step, progress.accuracy());
            file.scalar(split + "/loss", step, test.loss());
            test.metrics().forEach((name, value) -> file.scalar(split + "/" + name, step, value));
            file.scalar("speed/images_per_second", step, progress.examplesPerSecond());
            file.flush();
        }
    }

    @Override
    public void close() {
        if (file != null) {
            file.close();
        }
    }
}

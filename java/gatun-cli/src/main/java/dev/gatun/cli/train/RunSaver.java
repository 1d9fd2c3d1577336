package dev.gatun.cli.train;

import dev.gatun.io.CheckpointException;
import dev.gatun.io.CheckpointWriter;
import dev.gatun.io.RunFolder;
import dev.gatun.io.RunFolderException;
import dev.gatun.memory.MemoryBudget;
import dev.gatun.train.NonFiniteEvaluationException;
import dev.gatun.train.NonFiniteParameterException;
import dev.gatun.train.Trainer;
import dev.gatun.train.profile.StepPart;
import dev.gatun.train.step.NonFiniteGradientException;
import dev.gatun.train.step.NonFiniteLossException;
import java.io.PrintStream;
import org.jspecify.annotations.Nullable;

/**
 * Writes the checkpoints of a run. One that cannot be written is tried again, later while the run goes on and a few
 * times at its end; a run that fails leaves its last whole step.
 */
final class RunSaver implements AutoCloseable {
    private static final int CHECKPOINTS_KEPT = 3;
    /** Steps until a failed save is tried again; each failure doubles them, so many times. */
    private static final long FIRST_RETRY = 8;
    private static final int MOST_DOUBLINGS = 7;
    private static final int LAST_TRIES = 3;
    private static final long MILLIS_BETWEEN = 500;

    private final Trainer trainer;
    private final RunFolder folder;
    private final PrintStream err;
    private final CheckpointWriter writer;
    private final @Nullable RunProfile profile;
    private final long firstStep;
    private long savedStep = -1;
    /** Saves that failed since the last that did not, and the step at which it is tried again. */
    private int failures;
    private long retryAt = Long.MAX_VALUE;

    /**
     * @param err     is told of a checkpoint that could not be written while the run goes on
     * @param memory  what copies of checkpoints are counted in
     * @param profile what hears of checkpoints; null for nobody
     */
    RunSaver(Trainer trainer, RunFolder folder, CheckpointWriter.Mode mode, PrintStream err, MemoryBudget memory,
            @Nullable RunProfile profile) {
        this(trainer, folder, mode, err, memory, profile, trainer.progress().step());
    }

    /** @param firstStep the step that the run was at when it began, or went on */
    RunSaver(Trainer trainer, RunFolder folder, CheckpointWriter.Mode mode, PrintStream err, MemoryBudget memory,
            @Nullable RunProfile profile, long firstStep) {
        this.trainer = trainer;
        this.folder = folder;
        this.err = err;
        this.profile = profile;
        this.firstStep = firstStep;
        this.writer = CheckpointWriter.of(mode, folder.checkpoints(), CHECKPOINTS_KEPT, memory);
    }

    /** Allocates what saving needs, so that too small a budget shows before the first step. */
    void prepare() {
        writer.prepare(trainer.checkpoint());
    }

    /** Whether a step is one at which a failed save is tried again. */
    boolean isRetried(long step) {
        return step >= retryAt;
    }

    /** Hears of a checkpoint that was written beside the run, and failed. */
    void check() {
        try {
            writer.check();
        } catch (CheckpointException e) {
            failed(e);
        }
    }

    /**
     * Writes a checkpoint of the run as it is now. Where that fails the run goes on, and it is tried again: a full
     * disk, say, may have room then.
     *
     * @throws RunFolderException when the run's folder is gone
     */
    void save() {
        try {
            write();
        } catch (CheckpointException e) {
            failed(e);
        }
    }

    private void failed(CheckpointException failure) {
        savedStep = -1;
        retryAt = trainer.progress().step() + (FIRST_RETRY << Math.min(failures, MOST_DOUBLINGS));
        failures++;
        err.println("gatun: " + failure.getMessage() + "; the run goes on, and tries again at step " + retryAt
                + " or the end of the epoch");
    }

    /**
     * Saves the run as it is when it ends, and waits until that is on the disk.
     *
     * @throws CheckpointException when it cannot be written, though it was tried again
     * @throws RunFolderException  when the run's folder is gone
     */
    void saveLast() {
        for (int left = LAST_TRIES - 1;; left--) {
            try {
                write();
                writer.finish();
                folder.checkPresent(); // it may have gone since the last look
                return;
            } catch (CheckpointException e) {
                savedStep = -1;
                if (left == 0) {
                    throw e;
                }
                pause();
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(MILLIS_BETWEEN);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Saves the last whole step after a failure, where that is possible, and says which checkpoint a run goes on from.
     */
    void rescue(Throwable failure) {
        if (!isWorthSaving(failure)) {
            return;
        }
        long step = trainer.progress().step();
        String outcome = "gatun: the run ends, for the reason below, after step " + step;
        try {
            saveLast();
        } catch (RuntimeException | Error e) {
            failure.addSuppressed(e);
            outcome += ", which could not be saved either (" + e.getMessage() + ")";
        }
        try {
            err.println(outcome + folder.checkpoints().latest().map(path -> "; checkpoint " + path
                    + "; go on with: java/bin/gatun train --resume " + folder.path())
                    .orElse("; there is no checkpoint"));
        } catch (CheckpointException e) {
            failure.addSuppressed(e);
        }
    }

    /** Not numbers that are not finite, nor what a folder held that is gone, nor the state amid an update. */
    private boolean isWorthSaving(Throwable failure) {
        boolean possible = switch (failure) {
            case NonFiniteLossException _, NonFiniteGradientException _, NonFiniteParameterException _,
                    NonFiniteEvaluationException _, RunFolderException _ -> false;
            default -> trainer.isResumable();
        };
        return possible && trainer.progress().step() > firstStep;
    }

    private void write() {
        folder.checkPresent();
        long step = trainer.progress().step(); // no later one is on its way, or the checkpoint is refused
        if (step != savedStep) {
            if (profile != null) {
                profile.recorder().begin(StepPart.CHECKPOINT);
            }
            if (trainer.progress().best().exists()) {
                writer.keep(trainer.progress().best().step());
            }
            writer.write(step, trainer.checkpoint());
            if (profile != null) {
                profile.recorder().end(StepPart.CHECKPOINT);
            }
            savedStep = step;
            failures = 0;
            retryAt = Long.MAX_VALUE;
        }
    }

    /** Waits until everything is on the disk. */
    @Override
    public void close() {
        writer.close();
    }
}

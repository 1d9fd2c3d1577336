package dev.gatun.cli.train;

import dev.gatun.cli.report.RunReport;
import dev.gatun.io.json.JsonLines;
import dev.gatun.io.RunFolder;
import dev.gatun.optim.LossScaling;
import dev.gatun.train.Evaluation;
import dev.gatun.train.Progress;
import dev.gatun.train.Trainer;
import dev.gatun.train.TrainingListener;
import dev.gatun.train.task.Outputs;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes a run down: a line of metrics and a checkpoint for each epoch, and checkpoints in between when asked for. */
final class RunRecorder implements TrainingListener, AutoCloseable {
    private final Trainer trainer;
    private final RunPlan plan;
    private final Display display;
    private final JsonLines metrics;
    private final RunSaver saver;
    private final @Nullable RunProfile profile;
    private final RunReport report;
    private final RunEvents events;
    private final long firstStep;
    private final String split;

    /**
     * @param split   what epochs are evaluated on, validation or test
     * @param saver   writes the checkpoints; closed with this
     * @param profile what hears of the ends of steps; null for nobody
     * @param report  what hears of steps, evaluations and epochs
     */
    RunRecorder(
            Trainer trainer, RunFolder folder, RunPlan plan, Display display, String split, RunSaver saver,
            @Nullable RunProfile profile, RunReport report) {
        this.trainer = trainer;
        this.plan = plan;
        this.display = display;
        this.split = split;
        this.profile = profile;
        this.report = report;
        this.events = new RunEvents(folder, plan.events(), trainer.progress().step());
        this.firstStep = trainer.progress().step();
        this.metrics = folder.metrics();
        // A run that goes on from a checkpoint writes again what came after it.
        metrics.truncateAfter(trainer.progress().step());
        this.saver = saver;
    }

    @Override
    public void onStep(Progress progress) {
        report.step(progress);
        events.step(progress);
        saver.check();
        display.step(progress);
        // The last step of an epoch is saved after its evaluation.
        if ((isSaved(progress.step()) || saver.isRetried(progress.step())) && progress.batch() < progress.batches()) {
            saver.save();
        }
        if (profile != null) {
            profile.afterStep();
        }
        if (isLast(progress.step())) {
            trainer.requestStop();
        }
        report.settled(progress);
    }

    @Override
    public void onEvaluatedBatch(long done, long all, Outputs batch) {
        report.evaluated(done, batch);
        display.evaluated(done, all);
    }

    @Override
    public boolean requiresSettledState(long step) {
        return isSaved(step) || isLast(step) || saver.isRetried(step);
    }

    private boolean isSaved(long step) {
        int every = plan.config().checkpointEvery();
        return every > 0 && step % every == 0;
    }

    private boolean isLast(long step) {
        return step - firstStep == plan.stopAfterSteps();
    }

    @Override
    public void onEpoch(Progress progress, Evaluation test) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("epoch", progress.epoch() + 1);
        line.put(JsonLines.STEP, progress.step());
        line.put("train_loss", progress.meanLoss());
        line.put("train_accuracy", progress.accuracy());
        line.put(split + "_loss", test.loss());
        line.put(split + "_accuracy", test.accuracy());
        line.put("learning_rate", progress.learningRate());
        line.put("images_per_second", progress.examplesPerSecond());
        if (plan.config().training().growth().isActive()) {
            line.put("batch_size", progress.batchSize());
        }
        if (progress.skippedSteps() > 0) {
            line.put("skipped_steps", progress.skippedSteps());
        }
        if (!plan.config().training().lossScaling().equals(LossScaling.NONE)) {
            line.put("loss_scale", progress.lossScale());
        }
        metrics.append(line);
        events.epoch(progress, test, split);
        report.epoch(progress);
        display.epoch(progress, test);
    }

    @Override
    public void afterEpoch(Progress progress) {
        saver.save();
    }

    /** Writes and rescues the checkpoints. */
    RunSaver saver() {
        return saver;
    }

    /** Writes the report once more, with the steps of an epoch that was stopped, and a profile. */
    void finish() {
        report.write();
    }

    @Override
    public void close() {
        try (metrics; events) {
            saver.close();
        }
    }

    /** The latest checkpoint for people. */
    static String latest(RunFolder folder) {
        return folder.checkpoints().latest().map(Path::toString).orElse("no checkpoint");
    }
}

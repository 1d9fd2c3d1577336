package dev.gatun.cli.train;

import dev.gatun.io.RunFolder;
import dev.gatun.train.Progress;
import dev.gatun.train.Trainer;
import dev.gatun.train.profile.Peak;
import dev.gatun.train.profile.ProfileOptions;
import dev.gatun.train.profile.ProfileRecorder;

/** The profile of a run, written into its folder as soon as its steps are recorded. */
final class RunProfile implements AutoCloseable {
    private final Trainer trainer;
    private final RunFolder folder;
    private final Peak peak;
    private final ProfileRecorder recorder;
    private boolean written;

    /** Measures the machine's peak, and records what the trainer does from now on. */
    RunProfile(Trainer trainer, RunFolder folder, int steps) {
        this.trainer = trainer;
        this.folder = folder;
        peak = Peak.measure(trainer.device(), trainer.options().precision().precision());
        recorder = new ProfileRecorder(options(trainer.progress(), steps));
        trainer.observe(recorder);
    }

    /** A run that is too short warms up for fewer steps. */
    private static ProfileOptions options(Progress progress, int steps) {
        ProfileOptions defaults = ProfileOptions.defaults();
        long left = progress.steps() - progress.step();
        return defaults.withSteps(steps)
                .withWarmUpSteps(Math.toIntExact(Math.clamp(left - steps, 0, defaults.warmUpSteps())));
    }

    ProfileRecorder recorder() {
        return recorder;
    }

    /** Writes the profile after its last step. */
    void afterStep() {
        if (recorder.isComplete()) {
            write();
        }
    }

    private void write() {
        if (!written && recorder.recordedSteps() > 0) {
            written = true;
            trainer.observe(null);
            recorder.trace(peak).write(folder.traceFile());
            recorder.writeEvents(folder.flightRecordingFile());
        }
    }

    /** Writes what there is when the run ends, and says where it is. */
    String finish() {
        write();
        return written
                ? folder.traceFile() + " and " + folder.flightRecordingFile().getFileName() + ": "
                        + recorder.recordedSteps() + " steps; see java/bin/gatun profile " + folder.path()
                : "none: the run ended before a step could be recorded";
    }

    @Override
    public void close() {
        recorder.close();
    }
}

package dev.gatun.lab;

import dev.gatun.lab.TrialResult.Measured;
import dev.gatun.train.Evaluation;
import dev.gatun.train.Progress;
import dev.gatun.train.Trainer;
import dev.gatun.train.TrainingListener;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Writes down a run while it goes on, and measures it in between when asked to. Measuring takes none of its time. */
final class TrialRecorder implements TrainingListener {
    private final Trainer trainer;
    private final long every;
    private final LabProgress lab;
    private final LabListener listener;
    private final BooleanSupplier stop;
    private final List<Float> losses = new ArrayList<>();
    private final List<Measured> curve = new ArrayList<>();
    private long nanos;
    private long since = System.nanoTime();

    /** @param every steps between measurements, 0 for none but those after the epochs */
    TrialRecorder(Trainer trainer, long every, LabProgress lab, LabListener listener, BooleanSupplier stop) {
        this.trainer = trainer;
        this.every = every;
        this.lab = lab;
        this.listener = listener;
        this.stop = stop;
    }

    @Override
    public void onStep(Progress progress) {
        nanos += System.nanoTime() - since;
        losses.add(progress.loss());
        lab.stepsInTrial = progress.step();
        lab.loss = progress.loss();
        listener.onStep(lab);
        // The last step of an epoch is measured by the trainer.
        if (requiresSettledState(progress.step()) && progress.batch() < progress.batches()) {
            measured(progress.step(), trainer.evaluate());
        }
        if (stop.getAsBoolean()) {
            trainer.requestStop();
        }
        since = System.nanoTime();
    }

    @Override
    public boolean requiresSettledState(long step) {
        return every > 0 && step % every == 0;
    }

    @Override
    public void onEpoch(Progress progress, Evaluation test) {
        measured(progress.step(), test);
    }

    @Override
    public void afterEpoch(Progress progress) {
        since = System.nanoTime();
    }

    private void measured(long step, Evaluation test) {
        curve.add(new Measured(step, nanos / 1e9, test.accuracy(), test.loss()));
    }

    TrialResult complete() {
        return new TrialResult(losses, curve, nanos / 1e9, false);
    }

    /** The run has ended at a loss that is not finite: it is measured as it was left. */
    TrialResult nonFinite() {
        measured(trainer.progress().step(), trainer.evaluate());
        return new TrialResult(losses, curve, nanos / 1e9, true);
    }
}

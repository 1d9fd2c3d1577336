package dev.gatun.lab;

import dev.gatun.train.Evaluation;
import dev.gatun.train.Progress;
import dev.gatun.train.Trainer;
import dev.gatun.train.TrainingListener;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Times some steps of a run, then stops it. */
final class StepTimer implements TrainingListener {
    private static final int WARM_UP = 10;
    private static final int STEPS = 21;

    private final Trainer trainer;
    private final List<Long> nanos = new ArrayList<>();
    private long latest = System.nanoTime();

    StepTimer(Trainer trainer) {
        this.trainer = trainer;
    }

    @Override
    public void onStep(Progress progress) {
        long now = System.nanoTime();
        nanos.add(now - latest);
        latest = now;
        if (nanos.size() >= WARM_UP + STEPS) {
            trainer.requestStop();
        }
    }

    @Override
    public void onEpoch(Progress progress, Evaluation test) {
        trainer.requestStop();
    }

    /** Median of a step after the first ones, or of the second half where there are few. */
    double seconds() {
        List<Long> warm = new ArrayList<>(nanos.subList(Math.min(WARM_UP, nanos.size() / 2), nanos.size()));
        Collections.sort(warm);
        return warm.isEmpty() ? 0 : warm.get(warm.size() / 2) / 1e9;
    }
}

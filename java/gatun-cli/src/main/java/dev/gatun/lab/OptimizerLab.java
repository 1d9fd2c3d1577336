package dev.gatun.lab;

import dev.gatun.backend.Device;
import dev.gatun.data.image.DataSplit;
import dev.gatun.data.image.disturbance.Disturbance;
import dev.gatun.shape.Shape;
import dev.gatun.train.NonFiniteEvaluationException;
import dev.gatun.train.NonFiniteParameterException;
import dev.gatun.train.Trainer;
import dev.gatun.train.TrainingOptions;
import dev.gatun.train.step.NonFiniteGradientException;
import dev.gatun.train.step.NonFiniteLossException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Trains one network with every contender, in all experiments of the criteria. Equal settings, options, devices and
 * numbers of threads give equal results, except for times. A laboratory belongs to its device's thread; only
 * {@link #requestStop} may be called from another.
 */
public final class OptimizerLab {
    private final Device device;
    private final Setting setting;
    private final LabOptions options;
    private final List<Contender> contenders;
    private final Map<Disturbance, Integer> trainImages = new LinkedHashMap<>();
    private volatile boolean stopRequested;

    /**
     * Creates a laboratory.
     *
     * @throws IllegalArgumentException when a run would have fewer training images than a batch
     */
    public OptimizerLab(Device device, Setting setting, LabOptions options, List<Contender> contenders) {
        this.device = device;
        this.setting = setting;
        this.options = options;
        this.contenders = List.copyOf(contenders);
        for (Trial trial : trials()) {
            int images = trainImages.computeIfAbsent(trial.disturbance(), each -> data(each, 1).train().size());
            if (images < setting.training().batchSize()) {
                throw new IllegalArgumentException(trial.disturbance() + " leaves " + images
                        + " training images, fewer than a batch of " + setting.training().batchSize());
            }
        }
    }

    /** Returns all runs of the study. */
    public List<Trial> trials() {
        return Trial.all(contenders, options);
    }

    /** Returns the runs that a journal lacks. */
    public List<Trial> missing(TrialJournal journal) {
        return trials().stream().filter(trial -> journal.find(key(trial)).isEmpty()).toList();
    }

    /**
     * Makes the runs that the journal lacks, and appends each when it is finished.
     *
     * @return the study; empty if it was stopped before the end
     */
    public Optional<Study> run(TrialJournal journal, LabListener listener) {
        List<Trial> missing = missing(journal);
        LabProgress progress = new LabProgress(missing.size(), missing.stream().mapToLong(this::steps).sum());
        for (Trial trial : missing) {
            progress.trial = trial;
            progress.stepsInTrial = 0;
            progress.stepsOfTrial = steps(trial);
            Optional<TrialResult> result = stopRequested ? Optional.empty() : run(trial, progress, listener);
            if (result.isEmpty()) {
                stopRequested = false; // it was for this study
                return Optional.empty();
            }
            journal.add(key(trial), result.get());
            progress.done++;
            progress.stepsDone += progress.stepsOfTrial;
            progress.stepsInTrial = 0;
            listener.onTrial(progress, trial, result.get());
        }
        Map<Trial, TrialResult> results = new LinkedHashMap<>();
        trials().forEach(trial -> results.put(trial, journal.find(key(trial)).orElseThrow()));
        return Optional.of(new Study(contenders, options, results));
    }

    /**
     * Estimates how long the runs take that a journal lacks, from some steps and an evaluation with the first
     * contender, which are not part of the study.
     *
     * @return seconds; 0 if no run is missing
     */
    public double estimateSeconds(TrialJournal journal) {
        List<Trial> missing = missing(journal);
        if (missing.isEmpty()) {
            return 0;
        }
        Trial first = missing.getFirst();
        try (Trainer trainer = new Trainer(
                setting.model(), data(first.disturbance(), first.seed()), device, training(first))) {
            StepTimer timer = new StepTimer(trainer);
            trainer.run(timer);
            trainer.evaluate(); // compiles
            long begin = System.nanoTime();
            trainer.evaluate();
            double evaluation = (System.nanoTime() - begin) / 1e9;
            return missing.stream().mapToDouble(trial -> steps(trial) * timer.seconds() + evaluation
                    * (setting.training().epochs() + (trial.isPlain() ? options.evaluations() : 0))).sum();
        }
    }

    private Optional<TrialResult> run(Trial trial, LabProgress progress, LabListener listener) {
        long every = trial.isPlain() ? Math.max(1, steps(trial) / options.evaluations()) : 0;
        try (Trainer trainer = new Trainer(
                setting.model(), data(trial.disturbance(), trial.seed()), device, training(trial))) {
            TrialRecorder recorder = new TrialRecorder(trainer, every, progress, listener, () -> stopRequested);
            try {
                trainer.run(recorder);
            } catch (NonFiniteLossException | NonFiniteParameterException | NonFiniteGradientException
                    | NonFiniteEvaluationException _) {
                return Optional.of(recorder.nonFinite());
            }
            return trainer.progress().isComplete() ? Optional.of(recorder.complete()) : Optional.empty();
        }
    }

    private TrainingOptions training(Trial trial) {
        return setting.training().withOptimizer(trial.numbers()).withSeed(trial.seed());
    }

    private DataSplit data(Disturbance disturbance, long seed) {
        return disturbance.apply(setting.data(), seed);
    }

    private long steps(Trial trial) {
        return setting.training().length(Objects.requireNonNull(trainImages.get(trial.disturbance()))).steps();
    }

    /** All that decides a run: records write out each of their numbers, so that none is forgotten. */
    private Map<String, Object> key(Trial trial) {
        Map<String, Object> key = new LinkedHashMap<>();
        key.put("model", setting.model().name());
        key.put("data", setting.dataName());
        key.put("train_images", setting.data().train().size());
        key.put("test_images", setting.data().test().size());
        key.put("disturbance", trial.disturbance().toString());
        key.put("training", training(trial).toString());
        key.put("measured_every", trial.isPlain() ? Math.max(1, steps(trial) / options.evaluations()) : 0);
        key.put("device", device.name());
        key.put("threads", device.threads());
        return key;
    }

    private List<Method> methods() {
        return Stream.concat(contenders.stream().filter(OptimizerLab::goesDownPlanes).map(Method.Rule::new),
                Stream.of(Method.Curvature.values())).toList();
    }

    /** A rule for matrices alone would hand a point to another rule. */
    private static boolean goesDownPlanes(Contender contender) {
        return contender.numbers().suitedTo(Shape.of(2)).rule().equals(contender.numbers().rule());
    }

    /**
     * Returns, for each surface and each method that is not for matrices only, the best trajectory over all learning
     * rates.
     */
    public List<Trajectory> descend(List<Surface> surfaces) {
        Descent descent = new Descent(device, options.descentSteps());
        List<Trajectory> trajectories = new ArrayList<>();
        for (Surface surface : surfaces) {
            methods().forEach(method -> trajectories.add(descent.search(surface, method)));
        }
        return trajectories;
    }

    /**
     * Requests the current study, or else the next one, to end after the current step. May be called from any thread.
     */
    public void requestStop() {
        stopRequested = true;
    }
}

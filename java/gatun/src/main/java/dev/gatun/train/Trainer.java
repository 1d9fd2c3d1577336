package dev.gatun.train;

import dev.gatun.backend.Device;
import dev.gatun.compress.distill.DistilledGraph;
import dev.gatun.compress.distill.Teacher;
import dev.gatun.data.BatchLoader;
import dev.gatun.data.BatchLoaderOptions;
import dev.gatun.data.Dataset;
import dev.gatun.data.Sampler;
import dev.gatun.data.image.DataSplit;
import dev.gatun.data.image.Normalization;
import dev.gatun.dist.ProcessGroup;
import dev.gatun.engine.CompileOptions;
import dev.gatun.engine.KernelChoices;
import dev.gatun.engine.Program;
import dev.gatun.engine.TensorTransfer;
import dev.gatun.engine.Variables;
import dev.gatun.graph.Variable;
import dev.gatun.io.Checkpoint;
import dev.gatun.io.LoadedCheckpoint;
import dev.gatun.memory.Buffer;
import dev.gatun.memory.Closing;
import dev.gatun.memory.ThreadConfinement;
import dev.gatun.model.Model;
import dev.gatun.optim.LossScaling;
import dev.gatun.optim.Optimizer;
import dev.gatun.optim.ScheduledOptimizer;
import dev.gatun.optim.StochasticAverage;
import dev.gatun.optim.schedule.HyperparameterSchedules;
import dev.gatun.optim.schedule.RunLength;
import dev.gatun.train.distill.DistilledRuns;
import dev.gatun.train.distill.LentVariables;
import dev.gatun.train.epoch.EpochPlan;
import dev.gatun.train.monitor.Monitor;
import dev.gatun.train.parallel.CommunicationTime;
import dev.gatun.train.parallel.Ranks;
import dev.gatun.train.parallel.server.ServedModel;
import dev.gatun.train.parallel.server.ServedRank;
import dev.gatun.train.parallel.server.Staleness;
import dev.gatun.train.profile.StepObserver;
import dev.gatun.train.program.Programs;
import dev.gatun.train.step.BatchFeed;
import dev.gatun.train.step.Consensus;
import dev.gatun.train.step.GradientPhase;
import dev.gatun.train.step.KeptState;
import dev.gatun.train.step.NonFiniteLossException;
import dev.gatun.train.step.RankPhases;
import dev.gatun.train.step.RankRole;
import dev.gatun.train.step.StepPhases;
import dev.gatun.train.step.StepPlan;
import dev.gatun.train.step.TrainingStep;
import dev.gatun.train.task.ClassificationOptions;
import dev.gatun.train.task.EvaluationListener;
import dev.gatun.train.task.ImageClassification;
import dev.gatun.train.task.ImageInput;
import dev.gatun.train.task.Metric;
import dev.gatun.train.task.MetricSums;
import dev.gatun.train.task.Task;
import dev.gatun.train.task.TaskDescription;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Trains a task: compiles it, runs the epochs and evaluates after each. Equal tasks, data, options, devices and numbers
 * of threads give bit-identical parameters, also if a run is interrupted at any step and resumed from a checkpoint. A
 * trainer belongs to its device's thread; only {@link #requestStop} may be called from another.
 */
public final class Trainer implements AutoCloseable {
    /** Images that the data's mean and deviation are measured on. */
    private static final int NORMALIZATION_SAMPLE = 2_000;

    private final Task task;
    private final Device device;
    private final TrainingOptions options;
    private final List<AutoCloseable> owned = new ArrayList<>();
    private final @Nullable LentVariables lent;
    private final Programs programs;
    private final Variables variables;
    private final Optimizer optimizer;
    private final TrainingStep step;
    private final BatchLoader loader;
    private final BatchFeed feed;
    private final Evaluator evaluator;
    private final Progress progress;
    private final ScheduledOptimizer schedules;
    private final List<KeptState> states = new ArrayList<>();
    private final BatchCounters counters = new BatchCounters();
    private @Nullable Map<String, Object> description;
    private final List<EpochPhase> epochPhases;
    private final EvaluatedWeights evaluated;
    private final TensorTransfer transfer;
    private long waitedNanos;
    private boolean endsEpoch;
    private @Nullable Evaluation lastEvaluation;
    private double lastTrainLoss = Double.NaN;
    private volatile boolean stopRequested;
    private final ThreadConfinement confinement = new ThreadConfinement("the trainer");
    private boolean running;
    private final Ranks ranks;
    private final EpochPlan epochs;
    private final StepPlan stepPlan;
    private final @Nullable Consensus consensus;

    /**
     * Compiles an image classifier for training. The images are normalised by mean and deviation of the training
     * images. Epochs are evaluated on the images for validation, on the test images where there are none.
     *
     * @throws IllegalArgumentException when model and data do not fit together
     * @throws dev.gatun.memory.MemoryBudgetException when the device's memory budget is too small
     */
    public Trainer(Model model, DataSplit data, Device device, TrainingOptions options) {
        this(model, data, device, options, normalization(data));
    }

    /** Compiles an image classifier for training with a given normalisation, as when a run is resumed. */
    public Trainer(
            Model model, DataSplit data, Device device, TrainingOptions options, Normalization normalization) {
        this(model, data, device, options, normalization, (Teacher) null);
    }

    /**
     * Compiles an image classifier for training by a teacher, as {@link TrainingOptions#distillation} says. The teacher
     * may have another normalisation, size of images and order of classes than the student.
     *
     * @param teacher null where nothing is learnt from one
     * @throws IllegalArgumentException when model, teacher, data and options do not fit together
     */
    public Trainer(
            Model model, DataSplit data, Device device, TrainingOptions options, Normalization normalization,
            @Nullable Teacher teacher) {
        this(model, data, device, options, normalization, teacher, null);
    }

    /**
     * Compiles an image classifier for training by several ranks, each of which makes such a trainer with the same data
     * and options: see {@link #Trainer(Task, Dataset, Dataset, Device, TrainingOptions, ProcessGroup)}.
     *
     * @param teacher null where nothing is learnt from one
     * @param group   ranks that train together, which the caller closes; null for a trainer by itself
     */
    public Trainer(
            Model model, DataSplit data, Device device, TrainingOptions options, Normalization normalization,
            @Nullable Teacher teacher, @Nullable ProcessGroup group) {
        this(model, data, device, options, normalization, Ranks.of(group, options.parallel()),
                DistilledRuns.graph(model, data.train(), new DistilledRuns.Setup(options.distillation(),
                options.augmentations(), options.classification()), normalization, teacher));
    }

    /** Returns the mean and deviation of training images that a new run normalises its images by. */
    public static Normalization normalization(DataSplit data) {
        return Normalization.measure(data.train(), NORMALIZATION_SAMPLE);
    }

    private Trainer(
            Model model, DataSplit data, Device device, TrainingOptions options, Normalization normalization,
            Ranks ranks, @Nullable DistilledGraph distilled) {
        this(ImageClassification.of(model, normalization, data.train()), task ->
                DistilledRuns.trained(ImageClassification.trained(task, model, options.classification()), distilled),
                DistilledRuns.examples(ImageClassification.examples(model, data.train(), normalization,
                options.augmentations(), options.classification(), options.seed()), model, device,
                options.compile(), options.batchSize(), distilled),
                ImageClassification.sampler(data.train(), options.classification(), options.seed()),
                ImageClassification.examples(
                        ImageInput.of(model, normalization, data.train().classNames()), model.name(), data.watched()),
                device, options, ranks, _ -> List.of(), distilled);
    }

    /**
     * Compiles a task for training and initialises its parameters.
     *
     * @param train training examples, which the caller closes, as well as {@code test}
     * @param test  examples to evaluate on after each epoch: for validation, where there are such
     * @throws IllegalArgumentException when task and data do not fit together
     * @throws dev.gatun.memory.MemoryBudgetException when the device's memory budget is too small
     */
    public Trainer(Task task, Dataset train, Dataset test, Device device, TrainingOptions options) {
        this(task, train, test, device, options, _ -> List.of());
    }

    /**
     * Compiles a task for training by several ranks, each of which makes such a trainer with the same task, data and
     * options, on a device and a thread of its own. {@link TrainingOptions#batchSize} examples are a batch of all
     * ranks, of which each has a share; losses and metrics are those of all. The ranks' gradients are summed in the
     * order of the ranks, so that {@code n} of them with batches of {@code n * b} compute, bit for bit, what one does
     * that accumulates {@code n} batches of {@code b}. All ranks run, evaluate, and restore checkpoints together; a
     * rank that fails ends the runs of the others.
     *
     * @param group ranks that train together, which the caller closes; null for a trainer by itself
     * @throws dev.gatun.dist.GroupException when the ranks do not have the same, or one is lost
     */
    public Trainer(
            Task task, Dataset train, Dataset test, Device device, TrainingOptions options,
            @Nullable ProcessGroup group) {
        this(task, train, test, device, options, Ranks.of(group, options.parallel()), _ -> List.of());
    }

    /** The same with phases that follow the gradients of the variables. */
    Trainer(
            Task task, Dataset train, Dataset test, Device device, TrainingOptions options,
            Function<Variables, List<GradientPhase>> reductions) {
        this(task, train, test, device, options, Ranks.ALONE, reductions);
    }

    private Trainer(
            Task task, Dataset train, Dataset test, Device device, TrainingOptions options, Ranks ranks,
            Function<Variables, List<GradientPhase>> reductions) {
        this(task, UnaryOperator.identity(), train, Sampler.shuffled(train.size(), options.seed()), test, device,
                anyTask(options), ranks, reductions, null);
    }

    private static TrainingOptions anyTask(TrainingOptions options) {
        if (!options.classification().equals(ClassificationOptions.DEFAULTS)) {
            throw new IllegalArgumentException("options of classification are for a model of images: describe the loss"
                    + " in the task, and the examples in its data set");
        }
        if (options.distillation().isActive()) {
            throw new IllegalArgumentException("distillation is for a model of images: describe the loss in the task");
        }
        return options;
    }

    /** @param training the task that is trained, made of the one that is evaluated and described in checkpoints */
    private Trainer(
            Task task, UnaryOperator<Task> training, Dataset train, Sampler sampler, Dataset test, Device device,
            TrainingOptions options, Ranks ranks, Function<Variables, List<GradientPhase>> reductions,
            @Nullable DistilledGraph distilled) {
        this.task = options.fineTuning().applyTo(task);
        Task trained = training.apply(this.task);
        this.device = device;
        this.options = options;
        this.ranks = ranks;
        epochs = options.plan(train.size(), ranks.trainingShare());
        epochs.stages().forEach(ranks::check);
        checkAverage(options, ranks);
        checkMonitor(task, options);
        boolean complete = false;
        try {
            options.fineTuning().check(this.task.graph(epochs.sizes().getFirst()));
            ranks.agree("options of training", () -> sameOnAllRanks(task, train, test, options));
            loader = own(new BatchLoader(train, epochs.batches(sampler), loading(device, options), device.memory()));
            RunLength length = epochs.length();
            HyperparameterSchedules moves = schedules(options, length); // before the work of compiling
            lent = distilled == null ? null : own(DistilledRuns.lent(
                    distilled, device, options.compile(), train.fields(), epochs.sizes().getFirst(),
                    length.steps()));
            programs = ranks.compile(options.compile(), compile -> compile(own(new Programs(trained, device,
                    train.fields(), Programs.Form.TRAINING,
                    DistilledRuns.precision(options.precision(), distilled), compile,
                    lent == null ? List.of() : lent.lenders()))), Programs::choices);
            variables = programs.variables();
            ranks.checkLayout(variables);
            variables.initialize(options.seed());
            transfer = own(new TensorTransfer(device));
            optimizer = own(ParameterGroups.of(variables, options)
                    .optimizer(device, variables, options.optimizerOptions()));
            progress = new Progress(epochs, options.earlyStopping(), MetricSums.ofTraining(trained));
            schedules = new ScheduledOptimizer(optimizer, moves);
            schedules.check(length.steps());
            feed = new BatchFeed(loader, device.stream());
            RankRole role = ranks.role(new ServedModel(device, variables, optimizer,
                    MetricSums.ofTraining(trained), () -> stopRequested), owned::add);
            consensus = ranks.consensus(device, () -> stopRequested, MetricSums.ofTraining(trained));
            StepPhases phases = new StepPhases(
                    device, options.accumulate(), options.wrappers(), feed, programs, optimizer,
                    options.sparsity(), length.steps(), rankPhases(reductions.apply(variables), length),
                    owned::add);
            step = new TrainingStep(device, feed, optimizer, programs,
                    phases.step(role, schedules, consensus, epochs.mostBatches()),
                    MetricSums.ofTraining(trained));
            stepPlan = new StepPlan(epochs.mostBatches());
            states.addAll(phases.states());
            AveragedWeights averaged = options.wrappers().average() == null ? null
                    : own(new AveragedWeights(device, programs, loader, epochs, options.seed(),
                    options.wrappers().average(), phases.masks()));
            if (averaged != null) {
                states.add(averaged);
            }
            epochPhases = averaged == null ? List.of() : List.of(averaged);
            evaluated = averaged == null ? evaluated() : averaged;
            evaluator = own(new Evaluator(
                    this.task, device, test, epochs.sizes().getFirst(), options.precision(), options.compile(),
                    variables, ranks));
            complete = true;
        } finally {
            if (!complete) {
                close();
            }
        }
    }

    /** As many batches more than a loader has ahead as the device may still have to read. */
    private static BatchLoaderOptions loading(Device device, TrainingOptions options) {
        BatchLoaderOptions defaults = BatchLoaderOptions.defaults();
        return defaults.withPrefetch(defaults.prefetch() + device.stream().depth())
                .withLastBatch(options.lastBatch());
    }

    /**
     * A program for whole batches, which comes first and chooses the layouts, and those for smaller last batches and
     * batches that have grown; of the sizes of all ranks, so that what rank 0 chooses is for all.
     */
    private Programs compile(Programs compiled) {
        List<Integer> sizes = epochs.sizes();
        for (int size : sizes) {
            try {
                compiled.of(size);
            } catch (IllegalArgumentException e) {
                if (epochs.stages().stream().anyMatch(each -> each.sizes().getFirst() == size)) {
                    throw e; // a whole batch
                }
                throw new IllegalArgumentException("the last batch of an epoch has " + size + " of "
                        + epochs.rounds(0).examples() + " examples: " + e.getMessage() + ", or drop the last batch", e);
            }
        }
        return compiled;
    }

    private RankPhases rankPhases(List<GradientPhase> own, RunLength length) {
        RankPhases phases = ranks.phases(device, programs.first(), variables, length, consensus, owned::add);
        List<GradientPhase> reductions = new ArrayList<>(own);
        reductions.addAll(phases.reductions());
        return new RankPhases(reductions, phases.settled(), phases.updated(), phases.states());
    }

    /** What ranks that train together must have alike. */
    private static Map<String, String> sameOnAllRanks(
            Task task, Dataset train, Dataset test, TrainingOptions options) {
        Map<String, String> same = new LinkedHashMap<>();
        same.put("the task", task.name());
        same.put("training examples", train.name() + ", " + train.size());
        same.put("examples for evaluation", test.name() + ", " + test.size());
        same.putAll(options.texts());
        return same;
    }

    private HyperparameterSchedules schedules(TrainingOptions options, RunLength length) {
        HyperparameterSchedules schedules = options.schedules().over(length, options.optimizer());
        schedules = schedules.withLearningRate(epochs.following(schedules.learningRate()));
        StochasticAverage average = options.wrappers().average();
        return average == null
                ? schedules : schedules.withLearningRate(average.over(schedules.learningRate(), length));
    }

    private static void checkAverage(TrainingOptions options, Ranks ranks) {
        StochasticAverage average = options.wrappers().average();
        if (average != null && !ranks.alone()) {
            throw new IllegalArgumentException("stochastic weight averaging measures statistics on all examples, of"
                    + " which a rank has a share: average exponentially instead, or train by one rank");
        }
        ranks.check(options.sparsity() != null, options.optimizerOptions().weights().hasCopy(),
                options.lossScaling() instanceof LossScaling.Dynamic);
        if (average != null && average.start() > options.epochs()) {
            throw new IllegalArgumentException("stochastic weight averaging from epoch " + average.start()
                    + " begins after the last of " + options.epochs() + " epochs: begin earlier, or train longer");
        }
    }

    private static void checkMonitor(Task task, TrainingOptions options) {
        if (options.earlyStopping().monitor() == Monitor.ACCURACY
                && task.metrics().stream().noneMatch(metric -> metric.name().equals(Metric.ACCURACY))) {
            throw new IllegalArgumentException("task " + task.name()
                    + " measures no accuracy that its best epoch could be told by: watch its loss");
        }
    }

    private EvaluatedWeights evaluated() {
        if (options.optimizerOptions().averageDecay() == 0) {
            return EvaluatedWeights.TRAINED;
        }
        Buffer weights = variables.parameters();
        Buffer average = optimizer.state(Optimizer.AVERAGE);
        return () -> {
            if (optimizer.steps() > 0) {
                device.swap(weights, average);
            }
        };
    }

    private <T extends AutoCloseable> T own(T resource) {
        owned.add(resource);
        return resource;
    }

    /**
     * Trains until all epochs are done, none was better for long or {@link #requestStop} is called; can be called again
     * to continue.
     *
     * @throws IllegalStateException       when it is closed, or called by another thread or by a listener of its own
     * @throws NonFiniteLossException      when a loss is not finite; the parameters are as before that step
     * @throws NonFiniteParameterException  when an epoch's last step made a parameter infinite or NaN
     * @throws NonFiniteEvaluationException when an epoch's evaluation has a loss that is not finite
     */
    public void run(TrainingListener listener) {
        confinement.check();
        checkNotRunning("it cannot run again within its run: return from the listener first");
        running = true;
        try {
            begin();
            while (!progress.isComplete() && !stops()) {
                if (ranks.settle(trainEpoch(listener))) {
                    SavedTensors.checkFinite(device, variables, progress.step());
                    lastTrainLoss = progress.meanLoss();
                    if (!endEpoch(listener)) {
                        break; // the epoch is evaluated when the run goes on
                    }
                    listener.afterEpoch(progress);
                }
            }
        } catch (RuntimeException | Error e) {
            ranks.giveUp(e);
            throw e;
        } finally {
            running = false;
            stopRequested = false; // it was for this run
        }
    }

    /** All ranks begin together, with the variables of rank 0. */
    private void begin() {
        if (consensus != null) {
            consensus.reset();
        }
        ranks.begin(progress.step, new ServedRank.Place(
                progress.epoch, progress.batch, progress.batch == progress.batches()));
        ranks.broadcast(device, variables);
        programs.variablesChanged();
    }

    /** Whether the run is to end: ranks stop together, at the step whose results told all of it. */
    private boolean stops() {
        return consensus == null ? stopRequested : consensus.stops();
    }

    /**
     * Evaluates the epoch and what else its end does; false when a stop left that for later. What an epoch's end
     * changes, it changes once: in between, no checkpoint could go on.
     */
    private boolean endEpoch(TrainingListener listener) {
        endsEpoch = !epochPhases.isEmpty();
        for (EpochPhase phase : epochPhases) {
            phase.run(progress.epoch, this::stops);
        }
        Optional<Evaluation> found = evaluate((done, all, batch) -> {
            listener.onEvaluatedBatch(done, all, batch);
            return consensus != null || !stopRequested; // ranks evaluate together, to the end
        });
        if (found.isEmpty()) {
            endsEpoch = false;
            return false;
        }
        Evaluation evaluation = found.get();
        lastEvaluation = evaluation;
        endsEpoch = true;
        schedules.afterEpoch(evaluation.loss());
        progress.best().add(progress.epoch + 1, progress.step, monitored(evaluation));
        try {
            listener.onEpoch(progress, evaluation);
        } finally {
            progress.nextEpoch();
            endsEpoch = false;
        }
        return true;
    }

    private double monitored(Evaluation evaluation) {
        return switch (options.earlyStopping().monitor()) {
            case LOSS -> evaluation.loss();
            case ACCURACY -> evaluation.accuracy();
        };
    }

    /** Trains without a listener; otherwise as {@link #run(TrainingListener)}. */
    public void run() {
        run((_, _) -> {});
    }

    /** Runs what is left of the current epoch; false when stopped before its end. */
    private boolean trainEpoch(TrainingListener listener) {
        int stage = epochs.stage(progress.epoch);
        loader.start(stage, progress.epoch, // an idle rank has fewer
                ranks.trains() ? Math.min(batchesInEpoch(), loader.batches(stage)) : loader.batches(stage));
        Clock clock = new Clock(System.nanoTime(), progress.trainNanos, waitedNanos);
        try {
            while (progress.batch < progress.batches()) {
                if (mayGoAhead(listener)) {
                    submit(listener, clock);
                    continue;
                }
                read(listener, clock);
                if (stops() && step.pending() == 0 && progress.batch < progress.batches()) {
                    return false;
                }
            }
            return true;
        } catch (RuntimeException | Error e) {
            settle(e);
            throw e;
        } finally {
            feed.giveBackAll();
        }
    }

    /** When the epoch began, and what had been counted until then. */
    private record Clock(long begin, long trained, long waited) {}

    /** Whether a step is to be submitted before the results of another are read. */
    private boolean mayGoAhead(TrainingListener listener) {
        int pending = step.pending();
        if (pending == 0) {
            return true;
        }
        if (!ranks.alone()) {
            return false; // what the ranks sum of a step comes before what they sum of the next
        }
        boolean goesOn = !stopRequested && progress.batch + pending < progress.batches();
        return goesOn && !step.isFull() && !listener.requiresSettledState(progress.step + pending);
    }

    private void submit(TrainingListener listener, Clock clock) {
        int pending = step.pending();
        epochs.rounds(progress.epoch).plan(stepPlan, (progress.batch + pending) * options.accumulate(),
                epochs.roundsBefore(progress.epoch));
        stepPlan.seed = options.seed();
        stepPlan.number = progress.step + pending + 1;
        ranks.prepare(stepPlan);
        if (lent != null) {
            lent.moveTo(progress.step + pending);
        }
        try {
            step.submit(stepPlan);
        } catch (RuntimeException | Error e) {
            tellBefore(e, listener, clock);
            throw e;
        }
    }

    /** A step that failed comes after those that were submitted before it, which listeners hear of. */
    private void tellBefore(Throwable failure, TrainingListener listener, Clock clock) {
        try {
            while (step.pending() > 0) {
                read(listener, clock);
            }
        } catch (RuntimeException | Error e) {
            failure.addSuppressed(e);
        }
    }

    private void read(TrainingListener listener, Clock clock) {
        step.read();
        progress.add(step);
        progress.trainNanos = clock.trained + System.nanoTime() - clock.begin;
        waitedNanos = clock.waited + loader.waitedNanos();
        listener.onStep(progress);
    }

    /** Something failed: the steps that were submitted count, though nobody hears of them. */
    private void settle(Throwable failure) {
        try {
            try {
                while (step.pending() > 0) {
                    step.read();
                    progress.add(step);
                }
            } finally { // also where one of them is not finite
                optimizer.control().resume();
                schedules.moveTo(Math.max(0, progress.step - 1)); // as after the latest step that was done
            }
        } catch (RuntimeException | Error e) {
            failure.addSuppressed(e);
        }
    }

    private void checkNotRunning(String remedy) {
        if (running) {
            throw new IllegalStateException("the trainer runs already: " + remedy);
        }
    }

    void checkSettled(String what) {
        confinement.check();
        if (step.pending() > 0) {
            throw new IllegalStateException(step.pending() + " steps after step " + progress.step
                    + " are already on their way to device " + device.name() + ": " + what
                    + " needs a listener that requiresSettledState(" + progress.step + ")");
        }
    }

    /** What running statistics had seen before the run. */
    BatchCounters counters() {
        return counters;
    }

    /** Batches of the whole run so far. */
    long batchesTrained() {
        return epochs.roundsBefore(progress.epoch) + batchesInEpoch();
    }

    /** Batches of this epoch that are trained: the last step may accumulate fewer than the others. */
    private int batchesInEpoch() {
        return Math.toIntExact(Math.min((long) progress.batch * options.accumulate(),
                epochs.rounds(progress.epoch).count()));
    }

    /**
     * Requests the current run, or else the next one, to end after the current step, on an asynchronous device after
     * the submitted steps; during the evaluation of an epoch after the current batch, and the epoch is evaluated when
     * the run goes on. May be called from any thread.
     */
    public void requestStop() {
        stopRequested = true;
    }

    /**
     * Sets who is told of the kernels and parts of each training step from now on, such as a
     * {@link dev.gatun.train.profile.ProfileRecorder}; null for nobody. Only while there is an observer the host waits
     * for each kernel, so that an asynchronous device takes longer.
     */
    public void observe(@Nullable StepObserver observer) {
        confinement.check();
        programs.all().forEach(each -> each.program().observe(observer));
        step.observe(observer);
    }

    /** Returns the progress of the run. */
    public Progress progress() {
        return progress;
    }

    /** Returns the task. */
    public Task task() {
        return task;
    }

    /** Returns the device. */
    public Device device() {
        return device;
    }

    /** Returns the options. */
    public TrainingOptions options() {
        return options;
    }

    /** Returns the parameters, gradients and buffers. */
    public Variables variables() {
        return variables;
    }

    /** Returns the training program for whole batches. */
    public Program program() {
        return programs.first();
    }

    /** Returns the kernel choices of all programs compiled so far, as recorded in checkpoints. */
    public KernelChoices choices() {
        return programs.choices().and(evaluator.choices());
    }

    /**
     * Returns the kernel choices recorded in a checkpoint, for {@link CompileOptions#withRecorded} of a resumed run.
     *
     * @throws dev.gatun.io.CheckpointException when it is damaged
     */
    public static KernelChoices choices(LoadedCheckpoint checkpoint) {
        return SavedNumbers.choices(checkpoint);
    }

    /** The training programs. */
    Programs programs() {
        return programs;
    }

    Optimizer optimizer() {
        return optimizer;
    }

    ScheduledOptimizer schedules() {
        return schedules;
    }

    /** What its phases keep beside variables and the optimizer's states. */
    List<KeptState> states() {
        return states;
    }

    /** What checkpoints say of the task. */
    Map<String, Object> description() {
        if (description == null) {
            description = TaskDescription.write(task, options.batchSize());
        }
        return description;
    }

    /** The variables of the model in the order in which they were described, without those that only training needs. */
    List<Variable> described() {
        return program().described().stream()
                .filter(variable -> !DistilledGraph.isForTrainingOnly(variable.name())).toList();
    }

    /** Returns the epochs of the run. */
    public EpochPlan epochs() {
        return epochs;
    }

    /** Returns the number of ranks that train together; 1 for a trainer by itself. */
    public int ranks() {
        return ranks.share().ranks();
    }

    /** The ranks that it trains with. */
    Ranks allRanks() {
        return ranks;
    }

    /** Returns the number of this rank, from 0. */
    public int rank() {
        return ranks.share().rank();
    }

    /** Between the device and files. */
    TensorTransfer transfer() {
        return transfer;
    }

    /**
     * Evaluates the examples that epochs are evaluated on with the current variables, with the average of the weights
     * if there is one.
     */
    public Evaluation evaluate() {
        return evaluate((_, _, _) -> true).orElseThrow();
    }

    /** The same, unless the listener ends it before its last batch: empty then. */
    public Optional<Evaluation> evaluate(EvaluationListener listener) {
        return evaluate(evaluator, listener);
    }

    /** Evaluates other examples, such as those of a test, in the same way. */
    public Evaluation evaluate(Dataset examples) {
        return evaluate(examples, (_, _, _) -> true).orElseThrow();
    }

    /** The same, unless the listener ends it before its last batch: empty then. */
    public Optional<Evaluation> evaluate(Dataset examples, EvaluationListener listener) {
        checkSettled("an evaluation");
        try (Evaluator other = new Evaluator(task, device, examples, epochs.sizes().getFirst(),
                options.precision(), options.compile().withRecorded(choices()), variables, ranks)) {
            return evaluate(other, listener);
        }
    }

    private Optional<Evaluation> evaluate(Evaluator by, EvaluationListener listener) {
        checkSettled("an evaluation");
        evaluated.exchange();
        try {
            return by.run(listener);
        } finally {
            evaluated.exchange();
        }
    }

    /** Returns the evaluation after the latest complete epoch; null before the first. */
    public @Nullable Evaluation lastEvaluation() {
        return lastEvaluation;
    }

    /** Returns the mean training loss of the latest complete epoch; NaN before the first. */
    public double lastTrainLoss() {
        return lastTrainLoss;
    }

    /**
     * Returns how old the parameters were that gradients had been computed with, on rank 0 of a run with
     * {@link dev.gatun.train.parallel.Synchronization.Server}.
     */
    public Staleness staleness() {
        return ranks.staleness();
    }

    /** Returns how long the gradients of this rank were on their way to the others so far. */
    public CommunicationTime communication() {
        return ranks.time();
    }

    /** Returns the measurements of the run so far. */
    public Measurements measurements() {
        return new Measurements(progress.examplesPerSecond(), step.stepMillisMedian(), step.optimizerMillisMedian(),
                progress.trainNanos == 0 ? 0 : (double) waitedNanos / progress.trainNanos, step.heapBytesMedian(),
                device.memory().used());
    }

    /**
     * Returns whether a run could go on from the current state as if it had never stopped: also after most failures,
     * whose step is undone, but for those in the middle of an update or of what ends an epoch.
     */
    public boolean isResumable() {
        return step.pending() == 0 && step.isWhole() && ranks.isWhole() && !endsEpoch;
    }

    /**
     * Returns a checkpoint of the current state, to be written before the next step, on this thread:
     * {@code store.write(step, trainer.checkpoint())}.
     *
     * @throws IllegalStateException if later steps are already submitted to an asynchronous device: a checkpoint in
     *                               {@link TrainingListener#onStep} needs a listener that
     *                               {@link TrainingListener#requiresSettledState}
     * @throws NonFiniteParameterException when a parameter, a running statistic or a state of the optimizer is
     *                                     infinite or NaN
     */
    public Checkpoint checkpoint() {
        checkSettled("a checkpoint");
        SavedTensors.checkFinite(device, variables, progress.step());
        return TrainerState.save(this);
    }

    /**
     * Restores the state of a checkpoint of the same model. Where this trainer has more epochs than the one that wrote
     * it, early stopping begins to wait anew.
     *
     * @throws dev.gatun.io.CheckpointException when it belongs to another model or optimizer, or is damaged: nothing is
     *                                          changed then
     * @throws IllegalStateException if steps are already submitted to an asynchronous device
     */
    public void restore(LoadedCheckpoint checkpoint) {
        checkSettled("going on from a checkpoint");
        TrainerState.restore(this, checkpoint);
        ranks.restored();
    }

    /**
     * Loads parameters and buffers from a checkpoint of another model, as for fine-tuning.
     *
     * @param pattern pattern of the names to load, in which {@code *} matches any characters: {@code "body.*"}
     * @throws IllegalArgumentException when this model has no such variable
     * @throws dev.gatun.io.CheckpointException when the checkpoint lacks one of them, or has it in another shape;
     *                                          nothing is changed then
     * @throws IllegalStateException if steps are already submitted to an asynchronous device
     */
    public void load(LoadedCheckpoint checkpoint, String pattern) {
        checkSettled("taking variables from a checkpoint");
        if (SavedTensors.loadVariables(variables, checkpoint.model(), transfer,
                name -> !DistilledGraph.isForTrainingOnly(name) && Task.matches(pattern, name))
                == 0) {
            throw new IllegalArgumentException("task " + task.name() + " has no variable \"" + pattern
                    + "\": nothing would be"
                    + " taken from " + checkpoint.path());
        }
    }

    /**
     * Frees all memory.
     *
     * @throws IllegalStateException when called by another thread, or by a listener of its own run
     */
    @Override
    public void close() {
        confinement.checkThread();
        checkNotRunning("request a stop, and close it after its run");
        confinement.close();
        Closing.inReverse(owned); // closing again after a failure tries again
        owned.clear();
    }
}

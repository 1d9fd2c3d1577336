package dev.gatun.train;

import dev.gatun.backend.Device;
import dev.gatun.data.BatchLoader;
import dev.gatun.data.BatchLoaderOptions;
import dev.gatun.data.DataSplit;
import dev.gatun.data.Sampler;
import dev.gatun.data.image.ImageSize;
import dev.gatun.data.image.Normalization;
import dev.gatun.engine.CompileOptions;
import dev.gatun.engine.Compiler;
import dev.gatun.engine.Program;
import dev.gatun.engine.TensorTransfer;
import dev.gatun.engine.Variables;
import dev.gatun.graph.Differentiation;
import dev.gatun.graph.Graph;
import dev.gatun.io.Checkpoint;
import dev.gatun.io.LoadedCheckpoint;
import dev.gatun.memory.Buffer;
import dev.gatun.memory.Closing;
import dev.gatun.model.Model;
import dev.gatun.optim.LossScaler;
import dev.gatun.optim.Optimizer;
import dev.gatun.optim.ScheduledOptimizer;
import dev.gatun.optim.SlowWeights;
import dev.gatun.optim.StochasticAverage;
import dev.gatun.optim.Wrappers;
import dev.gatun.optim.schedule.HyperparameterSchedules;
import dev.gatun.optim.schedule.RunLength;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Trains a model on images: compiles it, runs the epochs, evaluates after each. The same model, data, options, device and
 * number of threads give the same parameters, bit for bit, also when a run is cut at any step and resumed from a
 * checkpoint. A trainer belongs to its device's thread; only {@link #requestStop} may be called from another.
 */
public final class Trainer implements AutoCloseable {
    /** Images that the data's mean and deviation are measured on. */
    private static final int NORMALIZATION_SAMPLE = 2_000;

    private final Model model;
    private final Device device;
    private final TrainingOptions options;
    private final Normalization normalization;
    private final List<AutoCloseable> owned = new ArrayList<>();
    private final Variables variables;
    private final Program program;
    private final Optimizer optimizer;
    private final TrainingStep step;
    private final BatchLoader loader;
    private final Evaluator evaluator;
    private final Progress progress;
    private final ScheduledOptimizer schedules;
    private final LossScaler scaler;
    private final @Nullable SlowWeights slow;
    private final @Nullable AveragedWeights averaged;
    private final TensorTransfer transfer;
    private long waitedNanos;
    private @Nullable Evaluation lastEvaluation;
    private double lastTrainLoss = Double.NaN;
    private volatile boolean stopRequested;

    /**
     * Compiles a model for training and gives its parameters their initial values.
     *
     * @throws IllegalArgumentException when model and data do not fit together
     * @throws dev.gatun.memory.MemoryBudgetException when the device's memory budget is too small
     */
    public Trainer(Model model, DataSplit data, Device device, TrainingOptions options) {
        this(model, data, device, options, Normalization.measure(data.train(), NORMALIZATION_SAMPLE));
    }

    /** The same with a known normalisation, as when a run is resumed. */
    public Trainer(
            Model model, DataSplit data, Device device, TrainingOptions options, Normalization normalization) {
        this.model = model;
        this.device = device;
        this.options = options;
        this.normalization = normalization;
        checkClasses(model, data);
        boolean complete = false;
        try {
            ImageSize size = new ImageSize(model.height(), model.width());
            loader = own(new BatchLoader(data.train(), Sampler.shuffled(data.train().size(), options.seed()), normalization,
                    BatchLoaderOptions.defaults().withBatchSize(options.batchSize()).withSeed(options.seed())
                            .withLastBatch(BatchLoaderOptions.LastBatch.DROP)
                            .withAugmentations(options.augmentations()).withInputSize(size),
                    device.memory()));
            Graph graph = Differentiation.differentiate(model.graph(options.batchSize()), Model.LOSS);
            program = Compiler.compile(graph, device, CompileOptions.defaults());
            variables = own(program.variables());
            own(program);
            variables.initialize(options.seed());
            transfer = own(new TensorTransfer(device));
            ParameterGroups groups = ParameterGroups.of(variables, options);
            optimizer = own(new Optimizer(device, variables.parameters(), variables.gradients(),
                    groups.groups(), groups.ranges(), options.around()));
            RunLength length = options.length(data.train().size());
            progress = new Progress(options.epochs(), Math.toIntExact(length.stepsPerEpoch()));
            schedules = new ScheduledOptimizer(optimizer, schedules(options, length));
            scaler = new LossScaler(options.lossScaling());
            Accumulation accumulation = options.accumulate() == 1 ? null : own(new Accumulation(device, variables));
            Wrappers wrappers = options.wrappers();
            if (wrappers.average() != null && wrappers.average().start() > options.epochs()) {
                throw new IllegalArgumentException("stochastic weight averaging from epoch " + wrappers.average().start()
                        + " begins after the last of " + options.epochs() + " epochs: begin earlier, or train longer");
            }
            slow = wrappers.lookahead() == null
                    ? null : own(new SlowWeights(device, variables.parameters(), wrappers.lookahead()));
            averaged = wrappers.average() == null ? null : own(new AveragedWeights(device, program, wrappers.average()));
            step = new TrainingStep(device, program, optimizer, schedules, scaler, accumulation, slow,
                    wrappers.sharpness() == null ? null : own(new SecondPass(device, program, wrappers.sharpness())));
            evaluator = own(new Evaluator(model, device, data.test(), normalization, options.batchSize(), variables));
            complete = true;
        } finally {
            if (!complete) {
                close();
            }
        }
    }

    private static HyperparameterSchedules schedules(TrainingOptions options, RunLength length) {
        HyperparameterSchedules schedules = options.schedules().over(length);
        StochasticAverage average = options.wrappers().average();
        return average == null
                ? schedules : schedules.withLearningRate(average.over(schedules.learningRate(), length.stepsPerEpoch()));
    }

    private static void checkClasses(Model model, DataSplit data) {
        int classes = Math.max(data.train().classes(), data.test().classes());
        if (classes > model.classes() || data.train().channels() != model.channels()) {
            throw new IllegalArgumentException("model " + model.name() + " reads images of " + model.channels()
                    + " channels in " + model.classes() + " classes, but " + data.train().name() + " has "
                    + data.train().channels() + " channels and " + classes + " classes");
        }
    }

    private <T extends AutoCloseable> T own(T resource) {
        owned.add(resource);
        return resource;
    }

    /** Trains until all epochs are done or {@link #requestStop} is called; again to continue. */
    public void run(TrainingListener listener) {
        try {
            while (!progress.isComplete() && !stopRequested) {
                if (trainEpoch(listener)) {
                    lastTrainLoss = progress.meanLoss();
                    if (averaged != null) {
                        averaged.afterEpoch(progress.epoch, loader,
                                (batch, number) -> step.forward(batch, loader, options.seed(), number));
                    }
                    lastEvaluation = evaluate();
                    schedules.afterEpoch(lastEvaluation.loss());
                    listener.onEpoch(progress, lastEvaluation);
                    progress.epoch++;
                    progress.batch = 0;
                    progress.lossSum = 0;
                    progress.correct = 0;
                    progress.seen = 0;
                    listener.afterEpoch(progress);
                }
            }
        } finally {
            stopRequested = false; // it was for this run
        }
    }

    /** Trains without telling anybody. */
    public void run() {
        run((_, _) -> {});
    }

    /** Runs what is left of the current epoch; false when stopped before its end. */
    private boolean trainEpoch(TrainingListener listener) {
        int accumulate = options.accumulate();
        loader.start(progress.epoch, progress.batch * accumulate);
        long waitedBefore = waitedNanos;
        long begin = System.nanoTime();
        long alreadyTrained = progress.trainNanos;
        while (progress.batch < progress.batches()) {
            int batches = Math.min(accumulate, loader.batches() - progress.batch * accumulate);
            progress.lossScale = scaler.scale();
            float loss = step.run(loader, batches, options.seed(), progress.step + 1, batchesTrained() + 1);
            long images = (long) batches * options.batchSize();
            progress.loss = loss;
            progress.learningRate = schedules.learningRate();
            progress.step++;
            if (!step.updated()) {
                progress.skipped++;
            }
            progress.batch++;
            progress.lossSum += (double) loss * images;
            progress.correct += step.correct();
            progress.seen += images;
            progress.trainedImages += images;
            progress.trainNanos = alreadyTrained + System.nanoTime() - begin;
            waitedNanos = waitedBefore + loader.waitedNanos();
            listener.onStep(progress);
            if (stopRequested && progress.batch < progress.batches()) {
                return false;
            }
        }
        return true;
    }

    /** Batches of the whole run so far. */
    long batchesTrained() {
        long inEpoch = Math.min((long) progress.batch * options.accumulate(), loader.batches());
        return (long) progress.epoch * loader.batches() + inEpoch;
    }

    /** Asks the run, or else the next one, to end after the current step. May be called from any thread. */
    public void requestStop() {
        stopRequested = true;
    }

    /** Where the run stands. */
    public Progress progress() {
        return progress;
    }

    /** The model. */
    public Model model() {
        return model;
    }

    /** The device. */
    public Device device() {
        return device;
    }

    /** The options. */
    public TrainingOptions options() {
        return options;
    }

    /** Mean and deviation that images are normalised by. */
    public Normalization normalization() {
        return normalization;
    }

    /** The parameters, gradients and buffers. */
    public Variables variables() {
        return variables;
    }

    /** The compiled training step. */
    public Program program() {
        return program;
    }

    Optimizer optimizer() {
        return optimizer;
    }

    ScheduledOptimizer schedules() {
        return schedules;
    }

    LossScaler scaler() {
        return scaler;
    }

    /** The slow weights of look-ahead; null without. */
    @Nullable SlowWeights slow() {
        return slow;
    }

    /** The mean of the weights after epochs; null where none is kept. */
    @Nullable AveragedWeights averaged() {
        return averaged;
    }

    /** Between the device and files. */
    TensorTransfer transfer() {
        return transfer;
    }

    /** Measures the model on the test images as it is now, with the average of the weights where one is kept. */
    public Evaluation evaluate() {
        if (averaged != null && averaged.epochs() > 0) {
            averaged.exchange();
            try {
                return evaluator.run();
            } finally {
                averaged.exchange();
            }
        }
        if (options.around().averageDecay() == 0 || optimizer.steps() == 0) {
            return evaluator.run();
        }
        Buffer weights = variables.parameters();
        Buffer average = optimizer.state(Optimizer.AVERAGE);
        device.swap(weights, average);
        try {
            return evaluator.run();
        } finally {
            device.swap(weights, average);
        }
    }

    /** The evaluation after the latest complete epoch; null before. */
    public @Nullable Evaluation lastEvaluation() {
        return lastEvaluation;
    }

    /** Mean training loss of the latest complete epoch; NaN before. */
    public double lastTrainLoss() {
        return lastTrainLoss;
    }

    /** What the run cost so far. */
    public Measurements measurements() {
        return new Measurements(progress.imagesPerSecond(), step.stepMillisMedian(), step.optimizerMillisMedian(),
                progress.trainNanos == 0 ? 0 : (double) waitedNanos / progress.trainNanos, step.heapBytesMedian(),
                device.memory().used());
    }

    /**
     * Everything needed to go on from here, to be written before the next step, on this thread:
     * {@code store.write(step, trainer.checkpoint())}.
     */
    public Checkpoint checkpoint() {
        return TrainerState.save(this);
    }

    /**
     * Goes on from a checkpoint of the same model.
     *
     * @throws dev.gatun.io.CheckpointException when it belongs to another model or optimizer
     */
    public void restore(LoadedCheckpoint checkpoint) {
        TrainerState.restore(this, checkpoint);
    }

    @Override
    public void close() {
        Closing.inReverse(owned); // closing again after a failure tries again
        owned.clear();
    }
}

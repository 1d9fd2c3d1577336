package dev.gatun.train;

import dev.gatun.backend.Device;
import dev.gatun.data.Dataset;
import dev.gatun.data.image.ImageDataset;
import dev.gatun.engine.CompileOptions;
import dev.gatun.engine.TensorTransfer;
import dev.gatun.engine.Variables;
import dev.gatun.graph.PrecisionPolicy;
import dev.gatun.io.LoadedCheckpoint;
import dev.gatun.memory.Closing;
import dev.gatun.memory.ThreadConfinement;
import dev.gatun.train.task.EvaluationListener;
import dev.gatun.train.task.ImageClassification;
import dev.gatun.train.task.ImageInput;
import dev.gatun.train.task.Task;
import dev.gatun.train.task.TaskDescription;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A task with the variables of a checkpoint, for evaluation and prediction. It belongs to its device's thread. */
public final class TrainedModel implements AutoCloseable {
    private final ThreadConfinement confinement = new ThreadConfinement("the model");
    private final Task task;
    private final Device device;
    private final int batchSize;
    private final PrecisionPolicy precision;
    private final CompileOptions compile;
    private final Variables variables;
    private final Map<String, Predictor> predictors = new LinkedHashMap<>();

    private TrainedModel(
            Task task, Device device, int batchSize, PrecisionPolicy precision, CompileOptions compile,
            Variables variables) {
        this.task = task;
        this.device = device;
        this.batchSize = batchSize;
        this.precision = precision;
        this.compile = compile;
        this.variables = variables;
    }

    /**
     * Opens a checkpoint: creates its task and loads the parameters, or their average if there is one, and the buffers.
     * The checkpoint can be closed afterwards. It computes in the precision of the run.
     *
     * @param batchSize number of examples computed at once; arbitrary unless the task is limited to one size
     * @throws dev.gatun.io.CheckpointException when it is damaged, or does not hold what its task needs
     */
    public static TrainedModel open(LoadedCheckpoint checkpoint, Device device, int batchSize) {
        return open(checkpoint, device, batchSize, SavedNumbers.precision(checkpoint));
    }

    /** Opens a checkpoint in another precision than that of the run. */
    public static TrainedModel open(
            LoadedCheckpoint checkpoint, Device device, int batchSize, PrecisionPolicy precision) {
        Task task = TaskDescription.read(checkpoint);
        TaskDescription.check(task, checkpoint, batchSize);
        CompileOptions compile = CompileOptions.defaults().withRecorded(SavedNumbers.choices(checkpoint));
        Variables variables = Evaluator.variables(task, device, batchSize, compile);
        boolean complete = false;
        try (TensorTransfer transfer = new TensorTransfer(device)) {
            SavedTensors.loadVariables(variables, checkpoint.model(), transfer);
            TrainerState.loadAverage(variables, checkpoint, transfer);
            complete = true;
        } finally {
            if (!complete) {
                variables.close();
            }
        }
        return new TrainedModel(task, device, batchSize, precision, compile, variables);
    }

    /** Returns the task. */
    public Task task() {
        return task;
    }

    /**
     * Returns the precision of the run that a checkpoint belongs to.
     *
     * @throws dev.gatun.io.CheckpointException when it is damaged
     */
    public static PrecisionPolicy precision(LoadedCheckpoint checkpoint) {
        return SavedNumbers.precision(checkpoint);
    }

    /** Returns the precision that the model computes in. */
    public PrecisionPolicy precision() {
        return precision;
    }

    /** Returns the variables, which are closed with this. */
    public Variables variables() {
        return variables;
    }

    /**
     * Returns a description of the images that the model classifies.
     *
     * @throws IllegalArgumentException when it does not classify images
     */
    public ImageInput images() {
        return ImageInput.of(task);
    }

    /** Evaluates all examples of a data set, whose fields are the inputs of the graph. */
    public Evaluation evaluate(Dataset examples) {
        return evaluate(examples, (_, _, _) -> true).orElseThrow();
    }

    /** The same, unless the listener ends it before its last batch: empty then. */
    public Optional<Evaluation> evaluate(Dataset examples, EvaluationListener listener) {
        confinement.check();
        try (Evaluator evaluator = new Evaluator(
                task, device, examples, batchSize, precision, compile, variables)) {
            return evaluator.run(listener);
        }
    }

    /**
     * Evaluates all images of a data set, whose classes are those of the model by name; it may lack some of them.
     *
     * @throws IllegalArgumentException     if the model does not classify images of this kind
     * @throws dev.gatun.data.DataException if images are of a class that the model does not have
     */
    public Evaluation evaluate(ImageDataset images) {
        return evaluate(images, (_, _, _) -> true).orElseThrow();
    }

    /** The same, unless the listener ends it before its last batch: empty then. */
    public Optional<Evaluation> evaluate(ImageDataset images, EvaluationListener listener) {
        return evaluate(ImageClassification.examples(images(), task.name(), images), listener);
    }

    /**
     * Computes an output of the graph for all examples of a data set. Examples need only those inputs that the output
     * depends on: no labels for scores or probabilities.
     *
     * <pre>{@code
     * Predictions scores = model.predict("scores", TensorDataset.of("new", 3).with("x", numbers, 6));
     * }</pre>
     *
     * @param output   name of the output, whose first dimension is that of the examples
     * @param examples any number of examples; their fields are the inputs of the graph
     * @throws IllegalArgumentException when there is no such output, or it is not one answer for each example, or the
     *                                  examples lack an input
     */
    public Predictions predict(String output, Dataset examples) {
        confinement.check();
        return predictors.computeIfAbsent(output, _ ->
                new Predictor(task, output, device, precision, compile, variables)).run(examples, batchSize);
    }

    /**
     * Computes an output for all images of a data set, whose labels are ignored:
     * {@code predict(Model.PROBABILITIES, images)} for a classifier of the zoo.
     *
     * @throws IllegalArgumentException if the model does not classify images of this kind
     */
    public Predictions predict(String output, ImageDataset images) {
        return predict(output, ImageClassification.unlabelled(images(), task.name(), images));
    }

    @Override
    public void close() {
        confinement.checkThread();
        confinement.close();
        List<AutoCloseable> all = new ArrayList<>(List.of(variables));
        all.addAll(predictors.values());
        Closing.inReverse(all); // closing again after a failure tries again
    }
}

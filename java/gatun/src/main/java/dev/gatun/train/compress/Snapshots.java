package dev.gatun.train.compress;

import dev.gatun.backend.Device;
import dev.gatun.compress.Snapshot;
import dev.gatun.graph.Graph;
import dev.gatun.graph.Node;
import dev.gatun.graph.Prediction;
import dev.gatun.graph.Value;
import dev.gatun.io.CheckpointException;
import dev.gatun.io.LoadedCheckpoint;
import dev.gatun.io.NamedTensor;
import dev.gatun.model.GraphNetwork;
import dev.gatun.model.Model;
import dev.gatun.op.SoftmaxCrossEntropy;
import dev.gatun.shape.TensorType;
import dev.gatun.train.Network;
import dev.gatun.train.NetworkOptions;
import dev.gatun.train.Trainer;
import dev.gatun.shape.DType;
import dev.gatun.train.Weights;
import dev.gatun.train.task.ImageInput;
import dev.gatun.train.task.Task;
import dev.gatun.train.task.TaskDescription;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** Reads classifiers out of checkpoints. */
public final class Snapshots {
    private Snapshots() {}

    /**
     * Returns the classifier of a checkpoint with the values that it is evaluated with: its variables, or their average
     * where it keeps one.
     *
     * @throws CheckpointException when the checkpoint is damaged, or of a task that does not classify images
     */
    public static Snapshot read(LoadedCheckpoint checkpoint) {
        Task task = TaskDescription.read(checkpoint);
        try {
            TaskDescription.check(task, checkpoint, TaskDescription.onlyBatchSize(checkpoint).orElse(2));
            Model model = model(task);
            Map<String, float[]> all = new LinkedHashMap<>();
            for (NamedTensor tensor : Weights.tensors(checkpoint)) {
                if (tensor.type().dtype() == DType.F32) { // counters of batches are integers
                    all.put(tensor.name(), tensor.floats());
                }
            }
            Map<String, float[]> values = new LinkedHashMap<>();
            Snapshot.variables(model).forEach(variable ->
                    values.put(variable.name(), Objects.requireNonNull(all.get(variable.name()))));
            return new Snapshot(model, values);
        } catch (IllegalArgumentException e) {
            throw new CheckpointException(checkpoint.path() + ": " + e.getMessage(), e);
        }
    }

    /**
     * Returns the classifier of a trainer as it is now.
     *
     * @throws IllegalArgumentException when its task does not classify images by a cross-entropy
     */
    public static Snapshot of(Trainer trainer) {
        Model model = model(trainer.task());
        Map<String, float[]> values = new LinkedHashMap<>();
        Snapshot.variables(model).forEach(variable ->
                values.put(variable.name(), trainer.variables().read(variable.name())));
        return new Snapshot(model, values);
    }

    /**
     * Sets the variables of a trainer of the same classifier, before its first step. Its optimizer begins as it was.
     *
     * @throws IllegalArgumentException when the trainer lacks a variable, or has it in another size
     */
    public static void load(Snapshot snapshot, Trainer trainer) {
        snapshot.values().forEach(trainer.variables()::write);
    }

    /**
     * Creates a network that computes the scores of images: its input is {@value GraphNetwork#INPUT}, its output
     * {@value GraphNetwork#OUTPUT}. The caller closes it.
     */
    public static Network open(Snapshot snapshot, Device device, NetworkOptions options, int batchSize) {
        Model model = snapshot.model();
        Network network = Network.inference(device, options, graph -> graph.output(GraphNetwork.OUTPUT,
                model.network().apply(graph, "", graph.input(GraphNetwork.INPUT, TensorType.f32(
                        batchSize, model.channels(), model.height(), model.width())))));
        boolean complete = false;
        try {
            snapshot.values().forEach(network.variables()::write);
            complete = true;
            return network;
        } finally {
            if (!complete) {
                network.close();
            }
        }
    }

    /**
     * Returns the classifier that a task trains.
     *
     * @throws IllegalArgumentException when it does not classify images by a cross-entropy
     */
    public static Model model(Task task) {
        ImageInput input = ImageInput.of(task);
        return new Model(task.name(), input.channels(), input.height(), input.width(), input.classes(),
                new GraphNetwork(type -> network(task, Math.toIntExact(type.shape().extent(0)))));
    }

    private static Graph network(Task task, int batchSize) {
        Graph graph = task.graph(batchSize);
        Map<String, Value> outputs = Map.of(GraphNetwork.OUTPUT, scores(task, graph));
        return Prediction.of(new Graph(graph.inputs(), graph.variables(), graph.nodes(), outputs, graph.gradients()),
                GraphNetwork.OUTPUT);
    }

    private static Value scores(Task task, Graph graph) {
        Node loss = graph.producers().get(graph.output(Model.LOSS));
        if (loss == null || !(loss.op() instanceof SoftmaxCrossEntropy)) {
            throw new IllegalArgumentException("task " + task.name() + ": its output \"" + Model.LOSS
                    + "\" is not the cross-entropy of a classifier's scores");
        }
        return loss.inputs().getFirst();
    }
}

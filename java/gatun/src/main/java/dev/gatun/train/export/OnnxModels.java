package dev.gatun.train.export;

import dev.gatun.graph.Graph;
import dev.gatun.graph.Inference;
import dev.gatun.graph.Node;
import dev.gatun.graph.Prediction;
import dev.gatun.graph.Value;
import dev.gatun.graph.Variable;
import dev.gatun.io.LoadedCheckpoint;
import dev.gatun.io.NamedTensor;
import dev.gatun.io.json.Json;
import dev.gatun.io.onnx.Onnx;
import dev.gatun.op.Softmax;
import dev.gatun.op.function.SoftmaxKind;
import dev.gatun.train.Weights;
import dev.gatun.train.task.Task;
import dev.gatun.train.task.TaskDescription;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Trained models as ONNX files, which ONNX Runtime and others run without Gatun: the part of the graph that an output
 * depends on in its inference form, in f32, for batches of any size, or of the only one that the model was described
 * for. Weights that are computed from variables, as those of one or a few bits are in training, are written as what
 * comes out. The attributes of the task, such as classes and the normalisation of images, become the file's metadata, as JSON
 * under their names.
 *
 * <pre>{@code
 * try (LoadedCheckpoint checkpoint = CheckpointStore.read(run)) {
 *     OnnxModels.save(Path.of("digits.onnx"), checkpoint, Model.PROBABILITIES);
 * }
 * }</pre>
 */
public final class OnnxModels {
    /** What the scores are called that a softmax turns into the output. */
    public static final String LOGITS = "logits";

    private OnnxModels() {}

    /**
     * Writes what computes an output. Where that is a softmax, its scores are a second output, {@link #LOGITS}.
     *
     * @param file   created, or replaced as a whole
     * @param output name of an output of the task
     * @throws IllegalArgumentException when there is no such output
     * @throws dev.gatun.io.onnx.OnnxException    when an operation has no form in ONNX, or the model has 2 GiB or more
     * @throws dev.gatun.io.CheckpointException   when the checkpoint is damaged
     * @throws dev.gatun.io.file.StorageException when the disk refuses; an earlier file is intact then
     */
    public static void save(Path file, LoadedCheckpoint checkpoint, String output) {
        Task task = TaskDescription.read(checkpoint);
        Map<String, NamedTensor> tensors = Weights.tensors(checkpoint).stream()
                .collect(Collectors.toMap(NamedTensor::name, Function.identity()));
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("task", task.name());
        task.attributes().forEach((name, value) -> metadata.put(name, Json.write(value)));
        OptionalInt only = TaskDescription.onlyBatchSize(checkpoint);
        Function<Variable, NamedTensor> trained = variable -> Objects.requireNonNull(tensors.get(variable.name()));
        ComputedWeights computed = ComputedWeights.of(graph(task, only.orElse(2), output), trained);
        Onnx.write(file, batchSize -> withLogits(computed.in(graph(task, only.orElse(batchSize), output), output),
                output), computed.and(trained), metadata);
    }

    /** Returns the names of the outputs of a checkpoint's task, of which each example has an element. */
    public static List<String> outputs(LoadedCheckpoint checkpoint) {
        Graph graph = TaskDescription.read(checkpoint).graph(TaskDescription.onlyBatchSize(checkpoint).orElse(2));
        return graph.outputs().entrySet().stream()
                .filter(each -> each.getValue().type().shape().rank() > 0).map(Map.Entry::getKey).toList();
    }

    private static Graph graph(Task task, int batchSize, String output) {
        return Prediction.of(Inference.of(task.graph(batchSize)), output);
    }

    private static Graph withLogits(Graph graph, String output) {
        Value result = graph.output(output);
        Node last = graph.producers().get(result);
        if (last == null || !(last.op() instanceof Softmax softmax) || softmax.kind() != SoftmaxKind.SOFTMAX) {
            return graph;
        }
        Map<String, Value> outputs = new LinkedHashMap<>(graph.outputs());
        outputs.put(LOGITS, last.inputs().getFirst());
        return new Graph(graph.inputs(), graph.variables(), graph.nodes(), outputs, graph.gradients());
    }
}

package dev.gatun.train.task;

import dev.gatun.graph.Graph;
import dev.gatun.graph.Value;
import dev.gatun.graph.Variable;
import dev.gatun.io.CheckpointException;
import dev.gatun.io.LoadedCheckpoint;
import dev.gatun.io.graph.GraphDescription;
import dev.gatun.io.graph.RecordCodec;
import dev.gatun.shape.TensorType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Converts tasks to and from the file {@code model.json} of a checkpoint, which is complete: it can be opened without
 * the code that created the task.
 */
public final class TaskDescription {
    private static final String NAME = "name";
    private static final String LOSS = "loss";
    private static final String METRICS = "metrics";
    private static final String FROZEN = "frozen";
    private static final String ATTRIBUTES = "attributes";

    private TaskDescription() {}

    /**
     * Describes a task.
     *
     * @param batchSize a batch size that the task accepts
     */
    public static Map<String, Object> write(Task task, int batchSize) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put(NAME, task.name());
        json.put(LOSS, task.loss());
        json.put(METRICS, task.metrics().stream().map(metric -> RecordCodec.writeOne(Metric.class, metric)).toList());
        json.put(FROZEN, task.frozen());
        json.put(ATTRIBUTES, task.attributes());
        json.putAll(GraphDescription.of(task::graph, batchSize).toJson());
        return json;
    }

    /**
     * Returns the task of a checkpoint.
     *
     * @throws CheckpointException when its description is damaged
     */
    public static Task read(LoadedCheckpoint checkpoint) {
        return read(checkpoint.description(), file(checkpoint));
    }

    /**
     * Reads the result of {@link #write}.
     *
     * @param file where it comes from, for messages
     * @throws CheckpointException when it is damaged
     */
    public static Task read(Map<String, Object> json, String file) {
        GraphDescription graph = GraphDescription.fromJson(json, file);
        try {
            return new Task(text(json.get(NAME), NAME), graph::describe, text(json.get(LOSS), LOSS),
                    list(json, METRICS).stream().map(each -> RecordCodec.readOne(Metric.class, each)).toList(),
                    list(json, FROZEN).stream().map(each -> text(each, FROZEN)).toList(), attributes(json));
        } catch (RuntimeException e) { // whatever a hostile description does to a constructor
            throw damaged(file, e);
        }
    }

    /** Returns the names of the classes of a checkpoint's task, by number; empty where it does not classify images. */
    public static Optional<List<String>> classNames(LoadedCheckpoint checkpoint) {
        return checkpoint.description().get(ATTRIBUTES) instanceof Map<?, ?> attributes
                ? ImageInput.classNames(attributes) : Optional.empty();
    }

    /**
     * Returns the only batch size that the graph of a checkpoint is described for, if there is one.
     *
     * @throws CheckpointException when its description is damaged
     */
    public static OptionalInt onlyBatchSize(LoadedCheckpoint checkpoint) {
        return GraphDescription.fromJson(checkpoint.description(), file(checkpoint)).onlyBatchSize();
    }

    /**
     * Checks, before any memory is allocated, that the tensors of a checkpoint fit its task.
     *
     * @throws CheckpointException if they do not, or the graph cannot be created for this batch size
     */
    public static void check(Task task, LoadedCheckpoint checkpoint, int batchSize) {
        Graph graph;
        try {
            graph = task.graph(batchSize);
        } catch (IllegalArgumentException e) {
            throw damaged(file(checkpoint), e);
        }
        for (Value value : graph.variables()) {
            Variable variable = Objects.requireNonNull(value.variable());
            TensorType found = checkpoint.model().type(variable.name());
            if (!found.equals(value.type())) {
                throw new CheckpointException(file(checkpoint) + ": variable " + variable.name() + " is " + value.type()
                        + ", but " + checkpoint.model().path().getFileName() + " holds " + found
                        + ": use another checkpoint");
            }
        }
    }

    private static String file(LoadedCheckpoint checkpoint) {
        return checkpoint.path().resolve("model.json").toString();
    }

    private static CheckpointException damaged(String file, RuntimeException cause) {
        String line = String.valueOf(cause.getMessage()).replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
        return new CheckpointException(file + ": " + (line.length() <= 200 ? line : line.substring(0, 197) + "...")
                + ": use another checkpoint", cause);
    }

    private static String text(@Nullable Object value, String what) {
        if (value instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException("no valid \"" + what + "\"");
    }

    private static List<?> list(Map<String, Object> json, String key) {
        if (json.get(key) instanceof List<?> list) {
            return list;
        }
        throw new IllegalArgumentException("no valid \"" + key + "\"");
    }

    private static Map<String, Object> attributes(Map<String, Object> json) {
        if (!(json.get(ATTRIBUTES) instanceof Map<?, ?> map)) {
            throw new IllegalArgumentException("no valid \"" + ATTRIBUTES + "\"");
        }
        Map<String, Object> attributes = new LinkedHashMap<>();
        map.forEach((key, value) -> attributes.put((String) key, value));
        return attributes;
    }
}

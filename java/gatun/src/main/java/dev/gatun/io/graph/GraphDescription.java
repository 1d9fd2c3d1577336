package dev.gatun.io.graph;

import dev.gatun.graph.Graph;
import dev.gatun.graph.GraphBuilder;
import dev.gatun.io.CheckpointException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A description of a model's graph for any batch size, before it is differentiated or rewritten for a device: plain
 * values that JSON can hold. Operations are stored by name with their attributes, variables without their values.
 */
public final class GraphDescription {
    private static final String BATCH_SIZE = "batch_size";
    private static final String GRAPH = "graph";
    /** In place of a batch size. */
    private static final String ANY = "any";

    private final Object template;
    private final @Nullable Long onlyBatchSize;
    private final String source;

    private GraphDescription(Object template, @Nullable Long onlyBatchSize, String source) {
        this.template = template;
        this.onlyBatchSize = onlyBatchSize;
        this.source = source;
    }

    /**
     * Describes a model. It is asked for its graph at three batch sizes, and the numbers that differ are stored as
     * functions of the batch size. A model that refuses other batch sizes, or whose graphs differ in other ways, is
     * described for this batch size only.
     *
     * @param model     creates the graph for a batch size
     * @param batchSize a batch size that the model accepts
     * @throws IllegalArgumentException when the graph is not one that a model is described by
     */
    public static GraphDescription of(IntFunction<Graph> model, int batchSize) {
        Object once = GraphCodec.write(model.apply(batchSize));
        Optional<Object> template = others(model, batchSize, once);
        return template.isPresent()
                ? new GraphDescription(template.get(), null, "the model")
                : new GraphDescription(once, (long) batchSize, "the model");
    }

    private static Optional<Object> others(IntFunction<Graph> model, int batchSize, Object once) {
        try {
            return BatchTemplate.of(batchSize, once, GraphCodec.write(model.apply(Math.multiplyExact(2, batchSize))),
                    GraphCodec.write(model.apply(Math.multiplyExact(3, batchSize))));
        } catch (RuntimeException e) { // the user's own layer: whatever it throws, it does not take that batch size
            return Optional.empty();
        }
    }

    /** Returns plain values, as {@link dev.gatun.io.json.Json} writes them. */
    public Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put(BATCH_SIZE, onlyBatchSize == null ? ANY : onlyBatchSize);
        json.put(GRAPH, template);
        return json;
    }

    /**
     * Reads the result of {@link #toJson}. The graph itself is validated by {@link #describe}.
     *
     * @param source origin of the description, such as a file, for messages
     * @throws CheckpointException when it is damaged
     */
    public static GraphDescription fromJson(Map<?, ?> json, String source) {
        Object batchSize = json.get(BATCH_SIZE);
        Object template = json.get(GRAPH);
        if (template == null || !(ANY.equals(batchSize) || batchSize instanceof Long)) {
            throw new CheckpointException(source + ": it describes no graph; use another checkpoint");
        }
        if (batchSize instanceof Long only && (only < 1 || only > Integer.MAX_VALUE)) {
            throw new CheckpointException(source + ": batches of " + only + "; use another checkpoint");
        }
        return new GraphDescription(template, batchSize instanceof Long only ? only : null, source);
    }

    /** Returns the only batch size that the description holds for, if there is one. */
    public OptionalInt onlyBatchSize() {
        return onlyBatchSize == null ? OptionalInt.empty() : OptionalInt.of(Math.toIntExact(onlyBatchSize));
    }

    /**
     * Adds the graph for a batch size to an empty one. The variables are initialised to zeros.
     *
     * @throws CheckpointException when the description is damaged, or does not hold for that batch size
     */
    public void describe(GraphBuilder graph, int batchSize) {
        if (onlyBatchSize != null && onlyBatchSize != batchSize) {
            throw new CheckpointException(source + ": the model is described for batches of " + onlyBatchSize
                    + " only, not "
                    + batchSize + "; use that batch size");
        }
        try {
            GraphCodec.read(BatchTemplate.fill(template, batchSize), graph);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new CheckpointException(source + ": " + line(String.valueOf(e.getMessage()))
                    + "; the description is damaged or was written by another version: use another checkpoint", e);
        }
    }

    /** Texts from damaged files can be long; a message is one line. */
    private static String line(String text) {
        String line = text.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
        return line.length() <= 200 ? line : line.substring(0, 197) + "...";
    }
}

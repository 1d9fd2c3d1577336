package dev.gatun.compress;

import dev.gatun.graph.Graph;
import dev.gatun.graph.GraphPass;
import dev.gatun.graph.Value;
import dev.gatun.graph.Variable;
import dev.gatun.io.NamedTensor;
import dev.gatun.io.Safetensors;
import dev.gatun.io.file.AtomicFile;
import dev.gatun.model.GraphNetwork;
import dev.gatun.model.Model;
import dev.gatun.shape.DType;
import dev.gatun.shape.TensorType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A classifier of images together with the values of its variables: what compression reads and makes. The values lie on
 * the heap, as they are changed once and then trained or saved.
 *
 * @param model  the classifier
 * @param values elements of each of its variables in row-major order, by name; shared, so they must not be changed
 */
public record Snapshot(Model model, Map<String, float[]> values) {
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    /** Images in a batch of a graph that is only looked at: one may be too few to normalise over. */
    public static final int SOME_IMAGES = 2;

    /**
     * Checks that there are values for each variable, as many as it has elements, and no others.
     *
     * @throws IllegalArgumentException otherwise, naming the variable
     */
    public Snapshot {
        Map<String, float[]> known = new LinkedHashMap<>();
        for (Variable variable : variables(model)) {
            float[] elements = values.get(variable.name());
            if (elements == null || elements.length != variable.shape().elements()) {
                throw new IllegalArgumentException("variable " + variable.name() + " " + variable.shape() + " has "
                        + (elements == null ? "no values" : elements.length + " values"));
            }
            known.put(variable.name(), elements);
        }
        for (String name : values.keySet()) {
            if (!known.containsKey(name)) {
                throw new IllegalArgumentException("there are values of " + name + ", which model " + model.name()
                        + " has not");
            }
        }
        values = Collections.unmodifiableMap(known);
    }

    /** Returns the variables of a model in the order in which they were described. */
    public static List<Variable> variables(Model model) {
        return network(model, SOME_IMAGES).variables().stream().map(Value::variable).map(Objects::requireNonNull)
                .toList();
    }

    /**
     * Returns the graph of a model's network as it is trained, from {@value GraphNetwork#INPUT} to
     * {@value GraphNetwork#OUTPUT}, without its loss.
     */
    public static Graph network(Model model, int batchSize) {
        return GraphNetwork.of(model.network()).graphs().apply(
                TensorType.f32(batchSize, model.channels(), model.height(), model.width()));
    }

    /** Returns the graph of the network as it is trained, without its loss, for some batch: to be looked at. */
    public Graph graph() {
        return graph(SOME_IMAGES);
    }

    /** Returns the graph of the network as it is trained, without its loss. */
    public Graph graph(int batchSize) {
        return network(model, batchSize);
    }

    /** Returns the values of a variable. */
    public float[] values(String variable) {
        float[] found = values.get(variable);
        if (found == null) {
            throw new IllegalArgumentException("model " + model.name() + " has no variable " + variable + ", only "
                    + values.keySet());
        }
        return found;
    }

    /**
     * Returns the network after a pass.
     *
     * @param newValues the values of its variables then
     */
    public Snapshot rewritten(GraphPass pass, Map<String, float[]> newValues) {
        return new Snapshot(rewritten(model, pass), newValues);
    }

    /** Returns a model whose network has gone through a pass. */
    public static Model rewritten(Model model, GraphPass pass) {
        return new Model(model.name(), model.channels(), model.height(), model.width(), model.classes(),
                GraphNetwork.of(model.network()).rewritten(pass));
    }

    /** Returns the same network with other values. */
    public Snapshot with(Map<String, float[]> newValues) {
        return new Snapshot(model, newValues);
    }

    /** Returns the number of trainable elements. */
    public long parameters() {
        return graph().parameterElements();
    }

    /**
     * Writes the values as a safetensors file in f32.
     *
     * @param file created, or replaced as a whole
     * @throws dev.gatun.io.file.StorageException when the disk refuses; an earlier file is intact then
     */
    public void save(Path file) {
        List<NamedTensor> tensors = new ArrayList<>();
        for (Variable variable : variables(model)) {
            float[] elements = values(variable.name());
            byte[] bytes = new byte[elements.length * Float.BYTES];
            MemorySegment.copy(MemorySegment.ofArray(elements), ValueLayout.JAVA_FLOAT_UNALIGNED, 0,
                    MemorySegment.ofArray(bytes), FLOAT, 0, elements.length);
            tensors.add(new NamedTensor(variable.name(), new TensorType(DType.F32, variable.shape()), sink ->
                    sink.accept(MemorySegment.ofArray(bytes))));
        }
        AtomicFile.write(file, partial -> Safetensors.write(partial, tensors, Map.of("format", "pt")));
    }
}

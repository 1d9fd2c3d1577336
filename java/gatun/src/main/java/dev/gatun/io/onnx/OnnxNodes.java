package dev.gatun.io.onnx;

import dev.gatun.graph.Graph;
import dev.gatun.graph.Value;
import dev.gatun.shape.DType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/** The nodes and constants of an ONNX graph while it is written. Values are known by their names. */
final class OnnxNodes {
    private static final int NODE = 1;
    private static final int INITIALIZER = 5;

    private final BatchGraph batch;
    private final ProtobufMessage nodes = new ProtobufMessage();
    private final ProtobufMessage constants = new ProtobufMessage();
    private final Map<Value, String> names = new HashMap<>();
    private final Set<String> read = new HashSet<>();
    private final Map<String, String> constantNames = new HashMap<>();
    private final Map<Long, String> batchMultiples = new HashMap<>();
    private String scope = "";
    private int count;

    OnnxNodes(BatchGraph batch) {
        this.batch = batch;
        Graph graph = batch.graph();
        graph.inputs().forEach(value -> names.put(value, value.name()));
        graph.variables().forEach(value -> names.put(value, value.name()));
    }

    /** Begins the nodes of a layer, whose name theirs contain. */
    void scope(String layer) {
        scope = layer;
    }

    /** Returns the name of a value that was written before. */
    String name(Value value) {
        return Objects.requireNonNull(names.get(value), () -> "no node computes " + value);
    }

    /** Declares under which name a value is known. */
    void name(Value value, String name) {
        names.put(value, name);
    }

    /** Returns whether a node that was added reads what has a name. */
    boolean reads(String name) {
        return read.contains(name);
    }

    BatchGraph batch() {
        return batch;
    }

    /** Adds a node with one result, and returns the name of that. */
    String node(String operator, List<String> inputs, Map<String, OnnxAttribute> attributes) {
        String result = fresh(operator);
        node(operator, inputs, List.of(result), attributes);
        return result;
    }

    /** Adds a node without attributes. */
    String node(String operator, String... inputs) {
        return node(operator, List.of(inputs), Map.of());
    }

    /** Adds a node with named results, of which those that nobody wants are empty. */
    void node(String operator, List<String> inputs, List<String> outputs, Map<String, OnnxAttribute> attributes) {
        ProtobufMessage node = new ProtobufMessage();
        inputs.forEach(input -> node.text(1, input));
        read.addAll(inputs);
        outputs.forEach(output -> node.text(2, output));
        node.text(3, fresh(operator)).text(4, operator);
        new TreeMap<>(attributes).forEach((name, value) -> node.message(5, value.named(name)));
        nodes.message(NODE, node);
    }

    /** Returns a name that no other value has. */
    String fresh(String operator) {
        return scope + "/" + operator + "_" + count++;
    }

    /** Returns a constant vector of integers. */
    String integers(List<Long> values) {
        ByteBuffer data = ByteBuffer.allocate(values.size() * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        values.forEach(data::putLong);
        return constant("integers_" + values, OnnxType.INT64, List.of((long) values.size()), data.array());
    }

    /** Returns a constant number in f32. */
    String real(double value) {
        return reals("real_" + (float) value, List.of(), new float[] {(float) value});
    }

    /**
     * Returns a constant tensor in f32.
     *
     * @param key tells it apart from all others
     */
    String reals(String key, List<Long> shape, float[] values) {
        ByteBuffer data = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        data.asFloatBuffer().put(values);
        return constant(key, OnnxType.FLOAT, shape, data.array());
    }

    /** Returns a constant tensor of integers of 8 bits that are all alike. */
    String bytes(DType type, List<Long> shape, int value) {
        byte[] data = new byte[Math.toIntExact(shape.stream().reduce(1L, Math::multiplyExact))];
        Arrays.fill(data, (byte) value);
        return constant(type + "_" + value + "_" + shape, OnnxType.of(type), shape, data);
    }

    private String constant(String key, long type, List<Long> shape, byte[] data) {
        return constantNames.computeIfAbsent(key, _ -> {
            String name = "constant_" + constantNames.size();
            ProtobufMessage tensor = new ProtobufMessage();
            shape.forEach(extent -> tensor.integer(1, extent));
            constants.message(INITIALIZER, tensor.integer(2, type).text(8, name).bytes(9, data));
            return name;
        });
    }

    /** Returns a vector of the extents of a shape, computed from the batch size where they depend on it. */
    String extents(List<BatchExtent> shape) {
        if (shape.stream().allMatch(BatchExtent::isFixed)) {
            return integers(shape.stream().map(BatchExtent::constant).toList());
        }
        List<String> parts = new ArrayList<>();
        shape.forEach(extent -> parts.add(extent(extent)));
        return node("Concat", parts, Map.of("axis", OnnxAttribute.of(0)));
    }

    private String extent(BatchExtent extent) {
        if (extent.isFixed()) {
            return integers(List.of(extent.constant()));
        }
        String multiple = batchMultiples.get(extent.factor());
        if (multiple == null) {
            multiple = extent.factor() == 1
                    ? batchSize() : node("Mul", extent(new BatchExtent(1, 0)), integers(List.of(extent.factor())));
            batchMultiples.put(extent.factor(), multiple);
        }
        return extent.constant() == 0 ? multiple : node("Add", multiple, integers(List.of(extent.constant())));
    }

    /** The batch size, read off the first input with an extent that is a multiple of it. */
    private String batchSize() {
        for (Value input : batch.graph().inputs()) {
            List<BatchExtent> shape = batch.shape(input);
            for (int axis = 0; axis < shape.size(); axis++) {
                if (shape.get(axis).isBatch()) {
                    return node("Gather", node("Shape", input.name()), integers(List.of((long) axis)));
                }
            }
        }
        throw new OnnxException("no input has the batch size as an extent, on which other shapes depend");
    }

    ProtobufMessage nodes() {
        return nodes;
    }

    ProtobufMessage constants() {
        return constants;
    }
}

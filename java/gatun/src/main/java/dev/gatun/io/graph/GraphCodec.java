package dev.gatun.io.graph;

import dev.gatun.graph.Graph;
import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Node;
import dev.gatun.graph.Value;
import dev.gatun.graph.Variable;
import dev.gatun.op.Op;
import dev.gatun.shape.DType;
import dev.gatun.shape.TensorType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One graph as plain values and back. Values are numbered: inputs, variables, then the results of the nodes in their
 * order, and a node reads smaller numbers only, so that no description has a cycle. Shapes of results are not written:
 * they are inferred again, which checks the description.
 */
final class GraphCodec {
    private static final String INPUTS = "inputs";
    private static final String VARIABLES = "variables";
    private static final String NODES = "nodes";
    private static final String OUTPUTS = "outputs";
    private static final String NAME = "name";
    private static final String TYPE = "type";
    private static final String DTYPE = "dtype";
    private static final String VARIABLE = "variable";
    private static final String OPERATION = "operation";
    private static final String ATTRIBUTES = "attributes";

    private static final Map<String, Class<?>> OPERATIONS = RecordCodec.kinds(Op.class);

    private GraphCodec() {}

    /** @throws IllegalArgumentException when the graph is not one that a model is described by */
    static Map<String, Object> write(Graph graph) {
        if (!graph.gradients().isEmpty()) {
            throw new IllegalArgumentException("a differentiated graph is not the description of a model");
        }
        Map<Value, Long> numbers = new HashMap<>();
        List<Object> inputs = new ArrayList<>();
        for (Value input : graph.inputs()) {
            numbers.put(input, (long) numbers.size());
            inputs.add(object(NAME, input.name(), TYPE, RecordCodec.write(input.type())));
        }
        List<Object> variables = new ArrayList<>();
        for (Value value : graph.variables()) {
            numbers.put(value, (long) numbers.size());
            Variable variable = Objects.requireNonNull(value.variable());
            if (!variable.shape().equals(value.type().shape())) {
                throw new IllegalArgumentException(
                        "variable " + variable.name()
                        + " is seen under another shape: the graph was rewritten for a device");
            }
            variables.add(object(
                    VARIABLE, RecordCodec.write(variable), DTYPE, value.type().dtype().name()));
        }
        List<Object> nodes = new ArrayList<>();
        for (Node node : graph.nodes()) {
            Map<String, Object> written = object(NAME, node.name(), OPERATION, RecordCodec.name(node.op().getClass()));
            written.put(ATTRIBUTES, RecordCodec.write((Record) node.op()));
            written.put(INPUTS, node.inputs().stream().map(numbers::get).toList());
            nodes.add(written);
            node.outputs().forEach(output -> numbers.put(output, (long) numbers.size()));
        }
        Map<String, Object> outputs = new LinkedHashMap<>();
        graph.outputs().forEach((name, value) -> outputs.put(name, Objects.requireNonNull(numbers.get(value))));
        Map<String, Object> json = object(INPUTS, inputs, VARIABLES, variables);
        json.put(NODES, nodes);
        json.put(OUTPUTS, outputs);
        return json;
    }

    private static Map<String, Object> object(String first, Object firstValue, String second, Object secondValue) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put(first, firstValue);
        object.put(second, secondValue);
        return object;
    }

    /** @throws IllegalArgumentException when the values describe no graph, naming the node */
    static void read(@Nullable Object written, GraphBuilder graph) {
        Map<?, ?> json = RecordCodec.map(written, "the graph");
        List<Value> values = new ArrayList<>();
        for (Object each : RecordCodec.list(json.get(INPUTS), INPUTS)) {
            Map<?, ?> input = RecordCodec.map(each, INPUTS);
            values.add(graph.input(RecordCodec.text(input.get(NAME), NAME),
                    RecordCodec.read(TensorType.class, input.get(TYPE))));
        }
        for (Object each : RecordCodec.list(json.get(VARIABLES), VARIABLES)) {
            Map<?, ?> variable = RecordCodec.map(each, VARIABLES);
            values.add(graph.variable(RecordCodec.read(Variable.class, variable.get(VARIABLE)),
                    DType.valueOf(RecordCodec.text(variable.get(DTYPE), DTYPE))));
        }
        int number = 0;
        for (Object each : RecordCodec.list(json.get(NODES), NODES)) {
            values.addAll(node(graph, RecordCodec.map(each, "node " + number), values, number++).outputs());
        }
        RecordCodec.map(json.get(OUTPUTS), OUTPUTS).forEach((name, value) ->
                graph.output((String) name, value(values, value, "output " + name)));
    }

    private static Node node(GraphBuilder graph, Map<?, ?> node, List<Value> values, int number) {
        String name = RecordCodec.text(node.get(NAME), "the name of node " + number);
        String what = "node " + number + " (" + name + ")";
        String operation = RecordCodec.text(node.get(OPERATION), what);
        Class<?> type = OPERATIONS.get(operation);
        if (type == null) {
            throw new IllegalArgumentException(what + " has the unknown operation " + operation);
        }
        List<Value> arguments = new ArrayList<>();
        for (Object input : RecordCodec.list(node.get(INPUTS), "the inputs of " + what)) {
            arguments.add(value(values, input, what));
        }
        try {
            Op op = (Op) RecordCodec.read(type.asSubclass(Record.class), node.get(ATTRIBUTES));
            return graph.node(name, op, arguments);
        } catch (RuntimeException e) { // what a hostile description makes inference do is the description's fault
            String cause = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            throw new IllegalArgumentException(what + ": " + cause, e);
        }
    }

    private static Value value(List<Value> values, @Nullable Object number, String reader) {
        if (!(number instanceof Long index) || index < 0 || index >= values.size()) {
            throw new IllegalArgumentException(
                    reader + " reads value " + number + ", where " + values.size() + " come before it");
        }
        return values.get(Math.toIntExact(index));
    }
}

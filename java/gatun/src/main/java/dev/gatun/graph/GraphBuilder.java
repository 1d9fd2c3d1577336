package dev.gatun.graph;

import dev.gatun.op.Op;
import dev.gatun.shape.DType;
import dev.gatun.shape.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Builds a {@link Graph}. The shape inference of every operation checks its operands when it is added. */
public final class GraphBuilder {
    private final List<Value> inputs = new ArrayList<>();
    private final List<Value> variables = new ArrayList<>();
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, Value> outputs = new LinkedHashMap<>();
    private final Map<Value, Value> gradients = new LinkedHashMap<>();
    private final Set<String> names = new HashSet<>();
    private final Set<Value> known = new HashSet<>();
    private final Set<Value> workspaces = new HashSet<>();
    private UnaryOperator<Variable> change = UnaryOperator.identity();

    /** Adds an input, a value set from outside in every step. */
    public Value input(String name, TensorType type) {
        claim(name);
        return add(inputs, new Value(name, type, null));
    }

    /** Adds a variable and returns its value, of the shape that it has in checkpoints. */
    public Value variable(Variable variable, DType dtype) {
        return variable(variable, new TensorType(dtype, variable.shape()));
    }

    /** A variable whose elements the graph sees under another shape of the same row-major order. */
    Value variable(Variable described, TensorType type) {
        Variable variable = change.apply(described);
        if (type.shape().elements() != variable.shape().elements()) {
            throw new IllegalArgumentException("variable " + variable.name() + " " + variable.shape()
                    + " cannot be seen as " + type.shape());
        }
        claim(variable.name());
        return add(variables, new Value(variable.name(), type, variable));
    }

    /**
     * Runs a description whose variables are changed as they are added: how they begin, say. Changes of descriptions
     * inside of others come first.
     *
     * @param change keeps name and shape
     */
    public <T> T changing(UnaryOperator<Variable> change, Supplier<T> description) {
        UnaryOperator<Variable> outer = this.change;
        this.change = variable -> outer.apply(change.apply(variable));
        try {
            return description.get();
        } finally {
            this.change = outer;
        }
    }

    private void claim(String name) {
        if (!names.add(name)) {
            throw new IllegalArgumentException("the graph already has an input or variable named \"" + name + "\"");
        }
    }

    /** Adds an operation and returns its first output. */
    public Value apply(String name, Op op, Value... arguments) {
        return node(name, op, Arrays.asList(arguments)).output();
    }

    /** Adds an operation and returns its node, with all outputs. */
    public Node node(String name, Op op, List<Value> arguments) {
        return node(name, op, arguments, Node.Phase.FORWARD, null);
    }

    /**
     * Adds an operation of a phase and returns its node.
     *
     * @param forward the node whose gradient it computes; null for another
     */
    public Node node(String name, Op op, List<Value> arguments, Node.Phase phase, @Nullable Node forward) {
        for (Value argument : arguments) {
            if (!known.contains(argument)) {
                throw new IllegalArgumentException(
                        "node " + name + " (" + op.name() + ") reads a value of another graph: " + argument);
            }
        }
        if (!op.readsWorkspace()) {
            arguments.forEach(argument -> refuseWorkspace("node " + name + " (" + op.name() + ")", argument));
        }
        List<TensorType> types = op.infer(arguments.stream().map(Value::type).toList());
        List<Value> results = new ArrayList<>();
        for (int i = 0; i < types.size(); i++) {
            results.add(new Value(phase == Node.Phase.FORWARD && i == 0 ? name : name + "." + op.name() + "#" + i,
                    types.get(i), null));
        }
        return add(new Node(name, op, arguments, results, phase, forward));
    }

    private Node add(Node node) {
        nodes.add(node);
        known.addAll(node.outputs());
        for (int i = 0; i < node.outputs().size(); i++) {
            if (node.op().isWorkspace(i)) {
                workspaces.add(node.outputs().get(i));
            }
        }
        return node;
    }

    /**
     * Adds the variables and nodes of a finished graph, whose inputs become values of this one.
     *
     * @param part   neither differentiated nor rewritten for a device
     * @param name   what the names of its variables and nodes begin with here, before a dot; empty for the same names
     * @param inputs the values in place of its inputs, by name
     * @return its outputs, by name
     * @throws IllegalArgumentException when an input is missing or of another type, or a name is taken
     */
    public Map<String, Value> replay(Graph part, String name, Map<String, Value> inputs) {
        Map<Value, Value> copies = new HashMap<>();
        for (Value input : part.inputs()) {
            Value given = inputs.get(input.name());
            if (given == null || !given.type().equals(input.type())) {
                throw new IllegalArgumentException("input " + input.name() + " is " + input.type() + ", but given is "
                        + (given == null ? "nothing" : given.type().toString()));
            }
            copies.put(input, given);
        }
        for (Value value : part.variables()) {
            Variable variable = Objects.requireNonNull(value.variable());
            copies.put(value, variable(new Variable(under(name, variable.name()), variable.shape(), variable.kind(),
                    variable.initializer()), value.type()));
        }
        for (Node node : part.nodes()) {
            Node copy = node(under(name, node.name()), node.op(), node.inputs().stream().map(copies::get).toList());
            for (int i = 0; i < copy.outputs().size(); i++) {
                copies.put(node.outputs().get(i), copy.outputs().get(i));
            }
        }
        Map<String, Value> results = new LinkedHashMap<>();
        part.outputs().forEach((output, value) -> results.put(output, Objects.requireNonNull(copies.get(value))));
        return results;
    }

    private static String under(String prefix, String name) {
        return prefix.isEmpty() ? name : prefix + "." + name;
    }

    /** Declares an output: a value that is readable after each step. */
    public void output(String name, Value value) {
        if (!known.contains(value)) {
            throw new IllegalArgumentException("output " + name + " is a value of another graph: " + value);
        }
        refuseWorkspace("output " + name, value);
        if (outputs.putIfAbsent(name, value) != null) {
            throw new IllegalArgumentException("the graph already has an output named \"" + name + "\"");
        }
    }

    /** It has no elements that anybody could read: devices lay it out as they like. */
    private void refuseWorkspace(String reader, Value value) {
        if (workspaces.contains(value)) {
            throw new IllegalArgumentException(reader + " reads a workspace, " + value
                    + ", which only the gradient of the operation that made it can read");
        }
    }

    /** The nodes so far, in execution order. */
    List<Node> nodes() {
        return Collections.unmodifiableList(nodes);
    }

    void gradient(Value parameter, Value gradient) {
        gradients.put(parameter, gradient);
    }

    /** Takes over everything of a finished graph, values and nodes as they are, to add to it. */
    static GraphBuilder extend(Graph graph) {
        GraphBuilder builder = new GraphBuilder();
        graph.inputs().forEach(value -> {
            builder.claim(value.name());
            builder.add(builder.inputs, value);
        });
        graph.variables().forEach(value -> {
            builder.claim(value.name());
            builder.add(builder.variables, value);
        });
        graph.nodes().forEach(builder::add);
        builder.outputs.putAll(graph.outputs());
        return builder;
    }

    private Value add(List<Value> list, Value value) {
        list.add(value);
        known.add(value);
        return value;
    }

    /** Returns the finished graph. */
    public Graph build() {
        return new Graph(inputs, variables, nodes, Collections.unmodifiableMap(new LinkedHashMap<>(outputs)),
                Collections.unmodifiableMap(new LinkedHashMap<>(gradients)));
    }
}

package dev.gatun.graph;

import dev.gatun.op.Op;
import dev.gatun.shape.DType;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Copies a graph node by node while a {@link GraphPass} replaces some of it: for each node of the source, in its order,
 * either {@link #emit} or {@link #replace} for each of its outputs, and {@link #finish()} at the end.
 */
public final class Rewriter {
    private final Graph source;
    private final GraphBuilder target = new GraphBuilder();
    private final Map<Value, Value> copies = new HashMap<>();
    private final IdentityHashMap<Node, Node> nodes = new IdentityHashMap<>();

    /**
     * Takes over all inputs; variables follow at their first use.
     *
     * @throws IllegalArgumentException when the graph is differentiated
     */
    public Rewriter(Graph source) {
        if (!source.gradients().isEmpty()) {
            throw new IllegalArgumentException("a differentiated graph cannot be rewritten: rewrite it before");
        }
        this(source, _ -> true);
    }

    /** Takes over some inputs: what is emitted must not read the others. */
    Rewriter(Graph source, Predicate<Value> kept) {
        this.source = source;
        source.inputs().stream().filter(kept)
                .forEach(value -> copies.put(value, target.input(value.name(), value.type())));
    }

    /** Returns the copy of a value; a variable is copied, under the type it has, at its first use. */
    public Value copy(Value value) {
        Value copy = copies.get(value);
        if (copy == null) {
            Variable variable = value.variable();
            if (variable == null) {
                throw new IllegalStateException("value used before it was rewritten: " + value);
            }
            copy = target.variable(variable, value.type());
            copies.put(value, copy);
        }
        return copy;
    }

    /** Declares what a value has become. */
    public void replace(Value value, Value copy) {
        copies.put(value, copy);
    }

    /** Copies a node with another operation; outputs that the new operation lacks must have no use. */
    public Node emit(Node node, Op op, List<Value> originalInputs) {
        return emitOn(node, op, originalInputs.stream().map(this::copy).toList());
    }

    /** Copies a node with another operation, on inputs of the new graph. */
    public Node emitOn(Node node, Op op, List<Value> inputs) {
        Node forward = node.forward() == null ? null : nodes.get(node.forward());
        Node copy = target.node(node.name(), op, inputs, node.phase(), forward);
        nodes.put(node, copy);
        for (int i = 0; i < copy.outputs().size(); i++) {
            copies.put(node.outputs().get(i), copy.outputs().get(i));
        }
        return copy;
    }

    /** Returns what builds the new graph, for layers and formulas that are added to it. */
    public GraphBuilder builder() {
        return target;
    }

    /** Adds a variable to the new graph. */
    public Value variable(Variable variable, DType dtype) {
        return target.variable(variable, dtype);
    }

    /** Adds a node to the new graph and returns its first output. */
    public Value add(String name, Op op, Value... inputs) {
        return target.apply(name, op, inputs);
    }

    /** The new graph with one output only, and no variables but those that were copied. */
    Graph finish(String output, Value value) {
        target.output(output, copy(value));
        return target.build();
    }

    /** Returns the new graph with all outputs, and with all variables but those that were replaced. */
    public Graph finish() {
        source.variables().forEach(this::copy); // also those without a use, so that a later pass can complain of them
        source.outputs().forEach((name, value) -> target.output(name, copy(value)));
        return target.build();
    }
}

package dev.gatun.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A directed acyclic graph of operations, with its nodes in execution order. Immutable; made by a {@link GraphBuilder}.
 *
 * @param inputs    values set from outside in every step
 * @param variables values that read a {@link Variable}
 * @param nodes     nodes in execution order
 * @param outputs   values to be readable after a step, by name
 * @param gradients the gradient of each parameter, in a differentiated graph; empty otherwise
 */
public record Graph(
        List<Value> inputs, List<Value> variables, List<Node> nodes, Map<String, Value> outputs,
        Map<Value, Value> gradients) {

    public Graph {
        inputs = List.copyOf(inputs);
        variables = List.copyOf(variables);
        nodes = List.copyOf(nodes);
    }

    /** Returns the nodes that read each value. */
    public Map<Value, List<Node>> uses() {
        Map<Value, List<Node>> uses = new HashMap<>();
        for (Node node : nodes) {
            for (Value input : node.inputs()) {
                uses.computeIfAbsent(input, _ -> new ArrayList<>()).add(node);
            }
        }
        return uses;
    }

    /** Returns the node that produces each value; inputs and variables have none. */
    public Map<Value, Node> producers() {
        Map<Value, Node> producers = new HashMap<>();
        for (Node node : nodes) {
            for (Value output : node.outputs()) {
                producers.put(output, node);
            }
        }
        return producers;
    }

    /** Returns the output of the given name. */
    public Value output(String name) {
        Value value = outputs.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the graph has no output \"" + name + "\", only " + outputs.keySet());
        }
        return value;
    }

    /** Returns the input of the given name. */
    public Value input(String name) {
        for (Value input : inputs) {
            if (input.name().equals(name)) {
                return input;
            }
        }
        throw new IllegalArgumentException("the graph has no input \"" + name + "\", only " + inputs);
    }

    /** Returns the number of trainable elements. */
    public long parameterElements() {
        return variables.stream().filter(Value::isParameter).mapToLong(value -> value.type().shape().elements()).sum();
    }

    /** Returns the floating-point operations of one execution of all nodes. */
    public long flops() {
        return nodes.stream().mapToLong(Node::flops).sum();
    }
}

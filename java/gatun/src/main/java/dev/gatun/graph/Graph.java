package dev.gatun.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Nodes in an order in which every value is produced before it is used. Immutable; made by a {@link GraphBuilder}.
 *
 * @param inputs    values given from outside in every step
 * @param variables values that read a {@link Variable}
 * @param nodes     in execution order
 * @param outputs   values that must be readable after a step, by what they are
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

    /** Which nodes read each value. */
    public Map<Value, List<Node>> uses() {
        Map<Value, List<Node>> uses = new HashMap<>();
        for (Node node : nodes) {
            for (Value input : node.inputs()) {
                uses.computeIfAbsent(input, _ -> new ArrayList<>()).add(node);
            }
        }
        return uses;
    }

    /** Which node makes each value; inputs and variables have none. */
    public Map<Value, Node> producers() {
        Map<Value, Node> producers = new HashMap<>();
        for (Node node : nodes) {
            for (Value output : node.outputs()) {
                producers.put(output, node);
            }
        }
        return producers;
    }

    /** The output of the given name. */
    public Value output(String name) {
        Value value = outputs.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the graph has no output \"" + name + "\", only " + outputs.keySet());
        }
        return value;
    }

    /** The input of the given name. */
    public Value input(String name) {
        for (Value input : inputs) {
            if (input.name().equals(name)) {
                return input;
            }
        }
        throw new IllegalArgumentException("the graph has no input \"" + name + "\", only " + inputs);
    }

    /** Number of trainable elements. */
    public long parameterElements() {
        return variables.stream().filter(Value::isParameter).mapToLong(value -> value.type().shape().elements()).sum();
    }

    /** Floating-point operations of one run of all nodes. */
    public long flops() {
        return nodes.stream().mapToLong(Node::flops).sum();
    }
}

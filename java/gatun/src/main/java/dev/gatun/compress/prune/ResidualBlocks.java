package dev.gatun.compress.prune;

import dev.gatun.graph.Graph;
import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Node;
import dev.gatun.graph.Value;
import dev.gatun.op.Binary;
import dev.gatun.op.function.BinaryFunction;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Residual blocks that a network works without: sums {@code x + body(x)} of equal shapes, where nothing else reads what
 * the body computes. Without the block the sum is {@code x}.
 */
public final class ResidualBlocks {
    /**
     * A block that can be left out.
     *
     * @param name      of its sum: {@code layer1.0.add}
     * @param variables that only its body reads, by name
     */
    public record Block(String name, List<String> variables) {
        public Block {
            variables = List.copyOf(variables);
        }
    }

    private record Body(Value skip, Set<Node> nodes, Set<Value> variables) {}

    private ResidualBlocks() {}

    /** Returns the blocks of a graph in execution order. */
    public static List<Block> of(Graph graph) {
        List<Block> blocks = new ArrayList<>();
        bodies(graph).forEach((node, body) -> blocks.add(new Block(node.name(), graph.variables().stream()
                .filter(body.variables::contains).map(Value::name).toList())));
        return blocks;
    }

    private static Map<Node, Body> bodies(Graph graph) {
        Map<Value, Node> producers = graph.producers();
        Map<Value, List<Node>> uses = graph.uses();
        Map<Node, Body> bodies = new LinkedHashMap<>();
        for (Node node : graph.nodes()) {
            if (node.op() instanceof Binary sum && sum.function() == BinaryFunction.ADD
                    && node.inputs().get(0).type().equals(node.inputs().get(1).type())) {
                body(graph, node, 0, producers, uses).or(() -> body(graph, node, 1, producers, uses))
                        .ifPresent(body -> bodies.put(node, body));
            }
        }
        return bodies;
    }

    /** What lies between the other operand of a sum and the one that would be left, if it reads nothing else. */
    private static Optional<Body> body(Graph graph, Node sum, int skipped, Map<Value, Node> producers,
            Map<Value, List<Node>> uses) {
        Value skip = sum.inputs().get(skipped);
        Set<Node> nodes = new HashSet<>();
        Set<Value> variables = new HashSet<>();
        Deque<Value> open = new ArrayDeque<>(List.of(sum.inputs().get(1 - skipped)));
        boolean reached = false;
        while (!open.isEmpty()) {
            Value value = open.pop();
            Node producer = producers.get(value);
            if (value == skip) {
                reached = true;
            } else if (value.variable() != null) {
                variables.add(value);
            } else if (producer == null) {
                return Optional.empty();
            } else if (nodes.add(producer)) {
                open.addAll(producer.inputs());
            }
        }
        boolean alone = nodes.stream().flatMap(node -> node.outputs().stream())
                .allMatch(value -> !graph.outputs().containsValue(value)
                        && uses.getOrDefault(value, List.of()).stream()
                                .allMatch(user -> user.equals(sum) || nodes.contains(user)));
        variables.removeIf(value -> !nodes.containsAll(uses.getOrDefault(value, List.of())));
        return reached && alone && !nodes.isEmpty() ? Optional.of(new Body(skip, nodes, variables)) : Optional.empty();
    }

    /**
     * Returns a graph without some of its blocks and their variables.
     *
     * @param names names of blocks
     * @throws IllegalArgumentException when the graph has no such block
     */
    public static Graph without(Graph graph, List<String> names) {
        if (names.isEmpty()) {
            return graph;
        }
        Map<Node, Body> bodies = bodies(graph);
        bodies.keySet().removeIf(node -> !names.contains(node.name()));
        if (bodies.size() < Set.copyOf(names).size()) {
            throw new IllegalArgumentException("some of the residual blocks " + names + " are not among "
                    + of(graph).stream().map(Block::name).toList());
        }
        Set<Object> left = new HashSet<>();
        bodies.values().forEach(body -> {
            left.addAll(body.nodes);
            left.addAll(body.variables);
        });
        GraphBuilder builder = new GraphBuilder();
        Map<Value, Value> copies = new HashMap<>();
        graph.inputs().forEach(input -> copies.put(input, builder.input(input.name(), input.type())));
        graph.variables().stream().filter(value -> !left.contains(value)).forEach(value -> copies.put(value,
                builder.variable(Objects.requireNonNull(value.variable()), value.type().dtype())));
        for (Node node : graph.nodes()) {
            Body body = bodies.get(node);
            if (body != null) {
                copies.put(node.output(), Objects.requireNonNull(copies.get(body.skip)));
            } else if (!left.contains(node)) {
                Node copy = builder.node(node.name(), node.op(), node.inputs().stream().map(copies::get).toList());
                for (int i = 0; i < copy.outputs().size(); i++) {
                    copies.put(node.outputs().get(i), copy.outputs().get(i));
                }
            }
        }
        graph.outputs().forEach((name, value) -> builder.output(name, Objects.requireNonNull(copies.get(value))));
        return builder.build();
    }
}

package dev.gatun.compress.distill;

import dev.gatun.graph.Graph;
import dev.gatun.graph.Node;
import dev.gatun.graph.Value;
import dev.gatun.op.Convolution;
import dev.gatun.op.Linear;
import dev.gatun.op.MatMul;
import dev.gatun.options.Suggestion;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The layers of a network inside a graph, by name.
 *
 * @param what   whose layers they are, in messages
 * @param nodes  the network's nodes
 * @param prefix what their names begin with in the graph, the dot included, and not in texts
 */
record NamedLayers(String what, List<Node> nodes, String prefix) {
    NamedLayers {
        nodes = List.copyOf(nodes);
    }

    /** What a layer, or the last layer of a part, makes. */
    Value output(String layer) {
        String name = prefix + layer;
        for (Node node : nodes.reversed()) {
            if (node.name().equals(name) || node.name().startsWith(name + ".")) {
                return node.output();
            }
        }
        throw new IllegalArgumentException("the " + what + " has no layer \"" + layer + "\""
                + Suggestion.of(layer, names()));
    }

    /** All names of layers, and of the parts that they are in. */
    private Set<String> names() {
        Set<String> names = new TreeSet<>();
        for (Node node : nodes) {
            String name = node.name().substring(prefix.length());
            names.add(name);
            for (int dot = name.indexOf('.'); dot > 0; dot = name.indexOf('.', dot + 1)) {
                names.add(name.substring(0, dot));
            }
        }
        return names;
    }

    /** What the last layer with weights reads, on the way to the scores. */
    Value embedding(Graph graph, Value scores) {
        Map<Value, Node> producers = graph.producers();
        for (Node node = producers.get(scores); node != null; node = producers.get(node.inputs().getFirst())) {
            if (node.op() instanceof Linear || node.op() instanceof MatMul || node.op() instanceof Convolution) {
                return node.inputs().getFirst();
            }
            if (node.inputs().isEmpty()) {
                break;
            }
        }
        throw new IllegalArgumentException("the " + what + " does not end in a layer with weights: name the layers"
                + " whose"
                + " features are compared, as in sp:layers=layer1");
    }
}

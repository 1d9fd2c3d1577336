package dev.gatun.backend;

import dev.gatun.graph.Node;
import dev.gatun.graph.Value;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Nodes of a graph that one call computes. A backend cuts the graph into regions; the engine orders them, chooses among
 * their candidates, gives their boundary memory and binds them. A value that is produced and consumed inside a region,
 * and is none of its outputs, never exists.
 *
 * @param nodes      what is computed, in execution order; all of one {@link Node.Phase}
 * @param inputs     the values it reads, in the order of its plans' inputs. A region may read, in place of a value that
 *                   its nodes name, another from which that one follows
 * @param outputs    the values it produces that exist outside it, in the order of its plans' outputs
 * @param candidates plans the region once the layouts of its inputs are known
 */
public record Region(List<Node> nodes, List<Value> inputs, List<Value> outputs, Planner candidates) {
    /** Answers with ways to compute a region. */
    @FunctionalInterface
    public interface Planner {
        /**
         * The candidates, at least one; the first is taken where nothing was measured.
         *
         * @throws UnsupportedOperationOnDevice when there is none
         */
        List<Candidate> of(KernelRequest request);
    }

    public Region {
        nodes = List.copyOf(nodes);
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        if (nodes.stream().map(Node::phase).distinct().count() != 1) {
            throw new IllegalArgumentException("a region has at least one node, all of one phase, got " + nodes);
        }
    }

    /** One node with all that it reads and writes. */
    public static Region of(Node node, Planner candidates) {
        return new Region(List.of(node), node.inputs(), node.outputs(), candidates);
    }

    /** When in a step it runs. */
    public Node.Phase phase() {
        return nodes.getFirst().phase();
    }

    /** The layer it belongs to: that of its first node. */
    public String layer() {
        return nodes.getFirst().name();
    }

    /** Its operations, for people: {@code convolution + relu}. */
    public String operation() {
        return nodes.stream().map(node -> node.op().name()).collect(Collectors.joining(" + "));
    }

    /** Floating-point operations of one execution. */
    public long flops() {
        return nodes.stream().mapToLong(Node::flops).sum();
    }
}

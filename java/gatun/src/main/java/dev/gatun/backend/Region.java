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
 * @param nodes      nodes in execution order, all of one {@link Node.Phase}
 * @param inputs     the values it reads, in the order of its plans' inputs. A region may read, in place of a value that
 *                   its nodes name, another from which that one follows
 * @param outputs    values that are used outside the region, in the order of its plans' outputs
 * @param candidates plans the region when the layouts of its inputs are known
 */
public record Region(List<Node> nodes, List<Value> inputs, List<Value> outputs, Planner candidates) {
    /** Plans a region. */
    @FunctionalInterface
    public interface Planner {
        /**
         * Returns the candidates, at least one, the default first.
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

    /** Returns a region of one node with all its inputs and outputs. */
    public static Region of(Node node, Planner candidates) {
        return new Region(List.of(node), node.inputs(), node.outputs(), candidates);
    }

    /** Returns the phase of a step in which the region runs. */
    public Node.Phase phase() {
        return nodes.getFirst().phase();
    }

    /** Returns the layer of the region: that of its first node. */
    public String layer() {
        return nodes.getFirst().name();
    }

    /** Returns a description of its operations: {@code convolution + relu}. */
    public String operation() {
        return nodes.stream().map(node -> node.op().name()).collect(Collectors.joining(" + "));
    }

    /** Returns the floating-point operations of one execution. */
    public long flops() {
        return nodes.stream().mapToLong(Node::flops).sum();
    }
}

package dev.gatun.bench;

import dev.gatun.backend.Device;
import dev.gatun.backend.Kernel;
import dev.gatun.backend.LayoutPolicy;
import dev.gatun.backend.Lowering;
import dev.gatun.graph.Graph;
import dev.gatun.graph.Node;
import dev.gatun.operation.TimedOperation;
import dev.gatun.reference.GraphRunner;
import dev.gatun.shape.Stored;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The fastest kernel that a device has for one operation, of all its candidates in all its layouts, on operands that
 * are filled.
 */
final class TimedKernel implements AutoCloseable {
    private static final int TRIALS = 3;

    private final GraphRunner runner;
    private final Node node;
    private final LayoutPolicy layout;
    private final Kernel kernel;

    private TimedKernel(GraphRunner runner, Node node, LayoutPolicy layout) {
        this.runner = runner;
        this.node = node;
        this.layout = layout;
        this.kernel = runner.kernelOf(node).orElse(() -> {});
    }

    /** What is timed of a case: the operation, and what makes its gradient. */
    static List<Node> nodes(Graph graph) {
        return TimedOperation.nodes(graph);
    }

    /** Tries all candidates of a node on zeros, as compiling does, and fills the operands of the fastest. */
    static TimedKernel fastest(TimedOperation operation, Graph graph, Node node, Device device) {
        TimedKernel best = null;
        long shortest = Long.MAX_VALUE;
        for (LayoutPolicy layout : layouts(node, device)) {
            int candidates = 1;
            for (int rank = 0; rank < candidates; rank++) {
                TimedKernel tried = of(graph, node, device, layout, rank);
                candidates = tried.runner.candidates();
                boolean plainLoop = tried.implementation().startsWith("ref"); // a hundred times slower
                long nanos = plainLoop ? Long.MAX_VALUE : tried.shortest(device);
                if (best != null && nanos >= shortest * 0.97) {
                    tried.close();
                    continue;
                }
                if (best != null) {
                    best.close();
                }
                best = tried; // stays open: oneDNN does not offer the same implementations each time it is asked
                shortest = nanos;
            }
        }
        TimedKernel chosen = Objects.requireNonNull(best);
        operation.fill(graph, chosen.runner);
        chosen.runner.run(); // what it reads of other operations is there
        return chosen;
    }

    /** One where there are no images. */
    private static List<LayoutPolicy> layouts(Node node, Device device) {
        try (Lowering lowering = device.lower()) {
            boolean images = node.inputTypes().stream().anyMatch(type -> type.shape().rank() > 3);
            return images ? lowering.layouts() : lowering.layouts().subList(0, 1);
        }
    }

    private static TimedKernel of(Graph graph, Node node, Device device, LayoutPolicy layout, int rank) {
        GraphRunner runner = new GraphRunner(graph, device, layout, new GraphRunner.Choice(node, rank));
        return new TimedKernel(runner, node, layout);
    }

    private long shortest(Device device) {
        long shortest = Long.MAX_VALUE;
        for (int i = 0; i < TRIALS; i++) {
            shortest = Math.min(shortest, nanos(device));
        }
        return shortest;
    }

    /** One run. */
    long nanos(Device device) {
        long start = System.nanoTime();
        kernel.run();
        device.stream().synchronize();
        return System.nanoTime() - start;
    }

    /** One run that nobody times here. */
    void run() {
        kernel.run();
    }

    /** The implementation as {@code --explain} prints it, and the layout where it is not channels last. */
    String implementation() {
        return runner.planOf(node).implementation() + (layout == LayoutPolicy.BLOCKED ? ", blocked" : "");
    }

    /** Whether there is nothing to compute. */
    boolean isView() {
        return runner.planOf(node).isView();
    }

    /** What it has to read and write. */
    long bytes() {
        return Stream.concat(runner.planOf(node).inputs().stream(), runner.planOf(node).outputs().stream())
                .mapToLong(Stored::bytes).sum();
    }

    long flops() {
        return node.flops();
    }

    @Override
    public void close() {
        runner.close();
    }
}

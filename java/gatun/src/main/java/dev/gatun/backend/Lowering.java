package dev.gatun.backend;

import dev.gatun.graph.Graph;
import dev.gatun.graph.Node;
import dev.gatun.shape.Layout;
import dev.gatun.shape.TensorType;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Plans the kernels of one program and owns all that they need. Closing it releases everything at once. */
public interface Lowering extends AutoCloseable {
    /** The layouts of activations that it offers; the first is taken where nothing was measured. */
    List<LayoutPolicy> layouts();

    /**
     * What besides the problem decides which candidate is fastest: device, library versions, instruction set, threads;
     * in one line.
     */
    String environment();

    /** Where measured choices may be kept; empty where measuring them again costs nothing. */
    Optional<Path> cacheFolder();

    /** Cuts a graph into regions that are each run as one call; every node is in exactly one. */
    List<Region> regions(Graph graph);

    /** A region of one node: every operation can be computed alone. */
    Region single(Node node);

    /** A kernel that copies its input into another layout. */
    KernelPlan reorder(TensorType type, Layout from, Layout to);

    /** The plan of one operation alone, for a call outside a program. */
    default KernelPlan plan(Node node, KernelRequest request) {
        return single(node).candidates().of(request).getFirst().plan().get();
    }

    @Override
    void close();
}

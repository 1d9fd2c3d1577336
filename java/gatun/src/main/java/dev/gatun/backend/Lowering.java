package dev.gatun.backend;

import dev.gatun.graph.Graph;
import dev.gatun.graph.Node;
import dev.gatun.shape.Layout;
import dev.gatun.shape.TensorType;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Plans the kernels of one program and owns the resources that they need. Closing it releases everything at once. */
public interface Lowering extends AutoCloseable {
    /** Returns the supported layouts of activations, the default first. */
    List<LayoutPolicy> layouts();

    /**
     * Returns, in one line, what determines the fastest candidate besides the problem: device, library versions,
     * instruction set, threads.
     */
    String environment();

    /** Returns the folder in which measured choices may be cached; empty where measuring again costs nothing. */
    Optional<Path> cacheFolder();

    /** Partitions a graph into regions, each executed by one call; every node is in exactly one region. */
    List<Region> regions(Graph graph);

    /** Returns the region of one node, as any operation can be computed alone. */
    Region single(Node node);

    /** Returns the plan of a kernel that copies its input into another layout. */
    KernelPlan reorder(TensorType type, Layout from, Layout to);

    /** Returns the plan of one operation alone, for a call outside a program. */
    default KernelPlan plan(Node node, KernelRequest request) {
        return single(node).candidates().of(request).getFirst().plan().get();
    }

    @Override
    void close();
}

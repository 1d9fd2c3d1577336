package dev.gatun.graph;

/**
 * Makes a graph of a graph: with fewer channels, say, or with rounded weights. It must be a function of the graph alone
 * and treat all batch sizes alike, as models are described for any batch size.
 */
@FunctionalInterface
public interface GraphPass {
    /**
     * Returns the new graph; the given one is not changed.
     *
     * @throws IllegalArgumentException when it cannot be applied to this graph
     */
    Graph apply(Graph graph);

    /** Returns this pass followed by another. */
    default GraphPass then(GraphPass next) {
        return graph -> next.apply(apply(graph));
    }
}

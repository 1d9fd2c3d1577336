package dev.gatun.model;

import dev.gatun.graph.Graph;
import dev.gatun.graph.GraphBuilder;

/** A network of the zoo with its inputs and its loss, for batches of any size: a pure description. */
public sealed interface Architecture permits Model, SegmentationModel, ImageToImageModel, LanguageModel {
    /** Returns the name in configurations and messages. */
    String name();

    /** Returns what it reads, for people: {@code images of 3x32x32 in 10 classes}. */
    String input();

    /** Adds inputs, network, loss and outputs to a graph. */
    void describe(GraphBuilder graph, int batchSize);

    /** Returns the graph for a batch size, as described: neither differentiated nor rewritten. */
    default Graph graph(int batchSize) {
        GraphBuilder graph = new GraphBuilder();
        describe(graph, batchSize);
        return graph.build();
    }
}

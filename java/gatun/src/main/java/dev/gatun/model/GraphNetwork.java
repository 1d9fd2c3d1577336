package dev.gatun.model;

import dev.gatun.graph.Graph;
import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.GraphPass;
import dev.gatun.graph.Value;
import dev.gatun.nn.Layer;
import dev.gatun.shape.TensorType;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

/**
 * A layer that is described by its graph, as networks are that were read from a checkpoint or changed by a
 * {@link GraphPass}. Its variables keep the names that they have in the graph, under the name of the layer where it has
 * one.
 *
 * @param graphs creates the graph for the type of its input: with one input, {@link #INPUT}, and one output,
 *               {@link #OUTPUT}, neither differentiated nor rewritten for a device
 */
public record GraphNetwork(Function<TensorType, Graph> graphs) implements Layer {
    /** Name of the graph's input. */
    public static final String INPUT = "images";
    /** Name of the graph's output. */
    public static final String OUTPUT = "scores";

    /** Returns the graph network of any layer. */
    public static GraphNetwork of(Layer layer) {
        return layer instanceof GraphNetwork same ? same : new GraphNetwork(type -> {
            GraphBuilder graph = new GraphBuilder();
            graph.output(OUTPUT, layer.apply(graph, "", graph.input(INPUT, type)));
            return graph.build();
        });
    }

    /**
     * Returns the network after a pass, which must leave its input and its output as they are.
     *
     * @throws IllegalArgumentException by {@link #apply}, when the pass does not
     */
    public GraphNetwork rewritten(GraphPass pass) {
        return new GraphNetwork(type -> pass.apply(graphs.apply(type)));
    }

    @Override
    public Value apply(GraphBuilder graph, String name, Value input) {
        Graph part = graphs.apply(input.type());
        if (part.inputs().size() != 1 || !part.outputs().keySet().equals(Set.of(OUTPUT))) {
            throw new IllegalArgumentException("a network has one input and the output \"" + OUTPUT + "\", but this"
                    + " has " + part.inputs() + " and " + part.outputs().keySet());
        }
        return Objects.requireNonNull(graph.replay(part, name, Map.of(part.inputs().getFirst().name(), input))
                .get(OUTPUT));
    }
}

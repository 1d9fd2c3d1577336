package dev.gatun.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatun.backend.Backends;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.backend.LayoutPolicy;
import dev.gatun.graph.Graph;
import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Inference;
import dev.gatun.graph.Node;
import dev.gatun.graph.Value;
import dev.gatun.memory.NoLeaks;
import dev.gatun.op.Convolution;
import dev.gatun.op.Fill;
import dev.gatun.reference.GraphRunner;
import dev.gatun.shape.TensorType;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NoLeaks.class)
class SharedDropoutTest {
    private static final int EXAMPLES = 16;
    private static final int CHANNELS = 3;
    private static final int PIXELS = 4;

    /** Ones behind a convolution that passes them on, so that a device may choose its layout. */
    private static Graph graph(Layer dropout) {
        GraphBuilder graph = new GraphBuilder();
        Value x = graph.input("x", TensorType.f32(EXAMPLES, CHANNELS, 2, 2));
        Value weight = graph.input("weight", TensorType.f32(CHANNELS, CHANNELS, 1, 1));
        graph.output("y", dropout.apply(graph, "drop", graph.apply("conv", Convolution.square(1, 0), x, weight)));
        return graph.build();
    }

    private static double[] run(Graph graph, String backend, LayoutPolicy layout) {
        double[] ones = new double[EXAMPLES * CHANNELS * PIXELS];
        Arrays.fill(ones, 1);
        try (Device device = Backends.open(backend, DeviceOptions.defaults().withThreads(1))) {
            return GraphRunner.run(graph, device, layout,
                    Map.of("x", ones, "weight", new double[] {1, 0, 0, 0, 1, 0, 0, 0, 1})).output("y");
        }
    }

    private static void dropsTogether(Layer dropout, int together) {
        double[] y = run(graph(dropout), "reference", LayoutPolicy.CHANNELS_LAST);
        TreeSet<Double> values = new TreeSet<>();
        for (int i = 0; i < y.length; i++) {
            values.add(y[i]);
            assertThat(y[i]).as("element %d", i).isEqualTo(y[i / together * together]);
        }
        assertThat(values).containsExactly(0.0, 2.0);
        for (LayoutPolicy layout : LayoutPolicy.values()) {
            assertThat(run(graph(dropout), "cpu", layout)).as("%s", layout).isEqualTo(y);
        }
    }

    @Test
    void channelsAreDroppedAsAWholeAndAlikeOnEveryDevice() {
        dropsTogether(Layers.spatialDropout(0.5), PIXELS);
    }

    @Test
    void examplesAreDroppedAsAWholeAndAlikeOnEveryDevice() {
        dropsTogether(Layers.dropPath(0.5), CHANNELS * PIXELS);
    }

    @Test
    void inferenceLeavesAllOfItOut() {
        Graph inference = Inference.of(graph(Layers.dropPath(0.5)));
        assertThat(inference.nodes()).extracting(Node::name).containsExactly("conv");
        assertThat(inference.output("y")).isSameAs(inference.nodes().getFirst().output());
    }

    @Test
    void aMaskThatSomebodyReadsStays() {
        GraphBuilder graph = new GraphBuilder();
        Value x = graph.input("x", TensorType.f32(2, 3));
        graph.output("y", Layers.dropPath(0.5).apply(graph, "drop", x));
        graph.output("mask", graph.build().nodes().get(1).output());
        Graph inference = Inference.of(graph.build());
        assertThat(inference.nodes()).extracting(Node::name).containsExactly("drop.ones", "drop");
        assertThat(inference.output("mask")).isSameAs(inference.nodes().getFirst().output());
    }

    @Test
    void whatMultipliesWithItselfIsNoMask() {
        GraphBuilder graph = new GraphBuilder();
        Value ones = graph.apply("ones", new Fill(TensorType.f32(2, 3), 1));
        Value thinned = Layers.dropout(0.5).apply(graph, "drop", ones);
        graph.output("y", Functions.multiply(graph, "square", thinned, thinned));
        Graph inference = Inference.of(graph.build());
        assertThat(inference.nodes()).extracting(Node::name).containsExactly("ones", "square");
        assertThat(inference.output("y")).isSameAs(inference.nodes().getLast().output());
    }

    @Test
    void tooFewDimensions() {
        Value row = new GraphBuilder().input("x", TensorType.f32(3));
        assertThatThrownBy(() -> Layers.spatialDropout(0.5).apply(new GraphBuilder(), "drop", row))
                .hasMessage("drop: 2 dimensions and more wanted, got (3)");
    }
}

package dev.gatun.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatun.backend.Region;
import dev.gatun.graph.Graph;
import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Node;
import dev.gatun.graph.Value;
import dev.gatun.op.Unary;
import dev.gatun.op.function.UnaryFunction;
import dev.gatun.shape.TensorType;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Regions cover a graph and run in an order that gives each its inputs, or are refused. */
class RegionsTest {
    private final Graph graph = chain(4);

    /** {@code x -> relu0 -> relu1 -> ...}, the last shown. */
    private static Graph chain(int length) {
        GraphBuilder builder = new GraphBuilder();
        Value value = builder.input("x", TensorType.f32(2));
        for (int i = 0; i < length; i++) {
            value = builder.apply("relu" + i, new Unary(UnaryFunction.RELU), value);
        }
        builder.output("y", value);
        return builder.build();
    }

    private Region region(int first, int last) {
        List<Node> nodes = graph.nodes().subList(first, last + 1);
        return new Region(nodes, nodes.getFirst().inputs(), nodes.getLast().outputs(), _ -> List.of());
    }

    @Test
    void aRegionRunsAfterWhatItReads() {
        List<Region> regions = List.of(region(3, 3), region(1, 2), region(0, 0));
        assertThat(Regions.inOrder(graph, regions)).containsExactly(regions.get(2), regions.get(1), regions.get(0));
    }

    @Test
    void aMissingNodeIsNamed() {
        assertThatThrownBy(() -> Regions.inOrder(graph, List.of(region(0, 0), region(1, 2))))
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("in no region")
                .hasMessageContaining("relu3");
    }

    @Test
    void aNodeInTwoRegionsIsNamed() {
        assertThatThrownBy(() -> Regions.inOrder(graph, List.of(region(0, 1), region(1, 3))))
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("more than one region")
                .hasMessageContaining("relu1");
    }

    @Test
    void aValueThatIsReadButInsideARegionIsNamed() {
        Region first = region(0, 1);
        List<Node> rest = graph.nodes().subList(2, 4);
        Region wrong = new Region(rest, List.of(graph.nodes().get(0).output()), rest.getLast().outputs(),
                _ -> List.of());
        assertThatThrownBy(() -> Regions.inOrder(graph, List.of(first, wrong)))
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("inside a region")
                .hasMessageContaining("relu0");
    }

    @Test
    void regionsThatWaitForEachOtherAreRefused() {
        List<Node> outer = new ArrayList<>(List.of(graph.nodes().get(0), graph.nodes().get(2)));
        Region around = new Region(outer, List.of(graph.inputs().getFirst(), graph.nodes().get(1).output()),
                List.of(graph.nodes().get(0).output(), graph.nodes().get(2).output()), _ -> List.of());
        assertThatThrownBy(() -> Regions.inOrder(graph, List.of(around, region(1, 1), region(3, 3))))
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("wait for each other");
    }
}

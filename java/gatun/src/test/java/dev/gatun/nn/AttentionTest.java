package dev.gatun.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatun.backend.Device;
import dev.gatun.backend.OnEachDevice;
import dev.gatun.backend.TestDevices;
import dev.gatun.graph.Graph;
import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Inference;
import dev.gatun.graph.Node;
import dev.gatun.graph.Value;
import dev.gatun.memory.NoLeaks;
import dev.gatun.op.MatMul;
import dev.gatun.op.ScaledDotProductAttention;
import dev.gatun.reference.GraphRunner;
import dev.gatun.shape.TensorType;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;

/** What attention refuses, and that neither its scores nor a causal mask lie in memory. */
@ExtendWith(NoLeaks.class)
class AttentionTest {
    private final GraphBuilder graph = new GraphBuilder();
    private final Value query = graph.input("query", TensorType.f32(2, 3, 4));
    private final Value key = graph.input("key", TensorType.f32(2, 5, 4));
    private final Value value = graph.input("value", TensorType.f32(2, 5, 6));

    @Test
    void whatDoesNotFitIsRefusedWithTheShapes() {
        String wanted = "attention: query (..., queries, width), key (..., keys, width) and value (..., keys, outputs)"
                + " of equal leading dimensions wanted, got ";
        assertThatThrownBy(() -> Attention.scaledDotProduct(graph, "a", query, value, key, null))
                .hasMessage(wanted + "(2x3x4), (2x5x6) and (2x5x4)");
        assertThatThrownBy(() -> Attention.scaledDotProduct(graph, "b", query, key, query, null))
                .hasMessage(wanted + "(2x3x4), (2x5x4) and (2x3x4)");
        Value mask = graph.input("mask", TensorType.f32(3, 4));
        assertThatThrownBy(() -> Attention.scaledDotProduct(graph, "c", query, key, value, mask))
                .hasMessage("attention: shapes (3x4) and (2x3x5) do not broadcast: counted from the last, extents must"
                        + " be equal or 1");
        Value large = graph.input("large", TensorType.f32(7, 2, 3, 5));
        assertThatThrownBy(() -> Attention.scaledDotProduct(graph, "d", query, key, value, large))
                .hasMessage("attention: a mask that broadcasts to the scores (2x3x5) wanted, got (7x2x3x5)");
        assertThatThrownBy(() -> Attention.causal(graph, "e", query, key, value, 1))
                .hasMessage("attention: a finite scale and a dropout in [0, 1) wanted, got 0.5 and 1.0");
    }

    @Test
    void inferenceDropsNoWeights() {
        Value x = graph.input("x", TensorType.f32(2, 3, 8));
        new MultiHeadAttention(2, MultiHeadAttention.Mask.CAUSAL).withDropout(0.5).apply(graph, "attention", x);
        assertThat(rates(graph.build())).containsExactly(0.5);
        assertThat(rates(Inference.of(graph.build()))).containsExactly(0.0);
    }

    private static List<Double> rates(Graph graph) {
        return graph.nodes().stream().map(Node::op).filter(ScaledDotProductAttention.class::isInstance)
                .map(op -> ((ScaledDotProductAttention) op).rate()).toList();
    }

    /** No node has as many elements as tokens squared, which a mask or scores would have. */
    @Test
    void layersShareTheirCausalMaskByHavingNone() {
        long tokens = 50;
        Value x = graph.input("x", TensorType.f32(1, tokens, 8));
        for (int i = 0; i < 2; i++) {
            x = new MultiHeadAttention(2, MultiHeadAttention.Mask.CAUSAL).apply(graph, "attention" + i, x);
        }
        assertThat(graph.build().nodes()).allSatisfy(node -> {
            assertThat(node.op()).isNotInstanceOf(MatMul.class);
            assertThat(node.output().type().shape().elements()).isLessThan(tokens * tokens);
        });
    }

    /** 4,096 queries by as many keys would be 64 MiB of scores a head. */
    @ParameterizedTest
    @OnEachDevice
    void scoresOfLongSequencesExistInBlocksOnly(String backend) {
        long tokens = 4096;
        GraphBuilder own = new GraphBuilder();
        Value x = own.input("x", TensorType.f32(1, 1, tokens, 4));
        own.output("y", Attention.causal(own, "y", x, x, x, 0));
        try (Device device = TestDevices.open(backend);
                GraphRunner runner = new GraphRunner(own.build(), device)) {
            assertThat(device.memory().used()).isLessThan(4L << 20);
            double[] ones = new double[Math.toIntExact(4 * tokens)];
            Arrays.fill(ones, 1);
            runner.set("x", ones);
            runner.run();
            assertThat(runner.get(own.build().output("y"))).containsOnly(1);
        }
    }
}

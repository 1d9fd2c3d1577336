package dev.gatun.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatun.graph.Graph;
import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.MixedPrecision;
import dev.gatun.graph.Precision;
import dev.gatun.graph.PrecisionPolicy;
import dev.gatun.graph.Value;
import dev.gatun.graph.Variable;
import dev.gatun.op.Linear;
import dev.gatun.op.Window;
import dev.gatun.shape.DType;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LayersTest {
    private final GraphBuilder graph = new GraphBuilder();
    private final Value images = graph.input("x", TensorType.f32(2, 4, 8, 6));

    private Map<String, Shape> variables() {
        Map<String, Shape> variables = new LinkedHashMap<>();
        graph.build().variables().forEach(value -> variables.put(value.name(), value.type().shape()));
        return variables;
    }

    @Test
    void aConvolutionNamesItsVariablesAndSaysItsShape() {
        Value y = Layers.conv2d(6, 3).stride(2).padding(1).groups(2).apply(graph, "conv", images);
        assertThat(y.type()).isEqualTo(TensorType.f32(2, 6, 4, 3));
        assertThat(variables())
                .containsExactly(Map.entry("conv.weight", Shape.of(6, 2, 3, 3)), Map.entry("conv.bias", Shape.of(6)));
    }

    @Test
    void aNormalizationHasTwoParametersAndTwoBuffers() {
        assertThat(Layers.batchNorm().apply(graph, "bn", images).type()).isEqualTo(images.type());
        assertThat(variables().keySet())
                .containsExactly("bn.weight", "bn.bias", "bn.running_mean", "bn.running_var");
        assertThat(graph.build().variables()).filteredOn(Value::isParameter).extracting(Value::variable)
                .extracting(variable -> variable == null ? null : variable.kind())
                .containsOnly(Variable.Kind.NORMALIZATION);
    }

    @Test
    void sequencesNestTheirNames() {
        Layer inner = Sequential.empty().then("conv", Layers.conv2d(4, 1).withoutBias()).then("bn", Layers.batchNorm());
        Layers.sequential(Layers.relu(), inner).apply(graph, "block", images);
        assertThat(variables()).containsKeys("block.1.conv.weight", "block.1.bn.weight")
                .doesNotContainKey("block.1.conv.bias");
    }

    @Test
    void shapesOfPoolingAndFlattening() {
        assertThat(Layers.maxPool(2).apply(graph, "a", images).type().shape()).isEqualTo(Shape.of(2, 4, 4, 3));
        assertThat(Layers.avgPool(3).stride(1).padding(1).apply(graph, "b", images).type().shape())
                .isEqualTo(Shape.of(2, 4, 8, 6));
        assertThat(Layers.globalAvgPool().apply(graph, "c", images).type().shape()).isEqualTo(Shape.of(2, 4, 1, 1));
        assertThat(Layers.flatten().apply(graph, "d", images).type().shape()).isEqualTo(Shape.of(2, 192));
        assertThat(Layers.dropout(0.5).apply(graph, "e", images).type()).isEqualTo(images.type());
    }

    @Test
    void normalisationsAndAttentionThatDoNotFitSayWhy() {
        Value tokens = graph.input("tokens", TensorType.f32(2, 5, 6));
        assertThatThrownBy(() -> new GroupNorm(3).apply(graph, "norm", images))
                .hasMessage("norm: the channels of (2x4x8x6) do not split into 3 groups");
        assertThatThrownBy(() -> new PRelu(3, 0).apply(graph, "slopes", images))
                .hasMessageContaining("slopes: 3 slopes fit neither all elements nor the channels of (2x4x8x6)");
        for (int heads : new int[] {0, -1, 4}) {
            assertThatThrownBy(() -> new MultiHeadAttention(heads, MultiHeadAttention.Mask.NONE)
                    .apply(graph, "attention", tokens)).hasMessage("attention: (N, tokens, width) with a width that "
                    + heads + " heads divide wanted, got (2x5x6)");
        }
        assertThatThrownBy(() -> TensorFunctions.split(graph, "parts", tokens, -1, 4))
                .hasMessage("parts: 6 along axis -1 of (2x5x6) do not split into 4 equal parts");
        assertThatThrownBy(() -> TensorFunctions.stack(graph, "stacked", 4, tokens))
                .hasMessage("stacked: axis 4 of a stack of (2x5x6)");
        assertThatThrownBy(() -> TensorFunctions.softmax(graph, "p", tokens, 3))
                .hasMessage("p: axis 3 of a tensor (2x5x6)");
    }

    @Test
    void axesCountFromTheLastToo() {
        Value tokens = graph.input("tokens", TensorType.f32(2, 5, 6));
        assertThat(TensorFunctions.permute(graph, "permuted", tokens, -1, 0, 1).type().shape())
                .isEqualTo(Shape.of(6, 2, 5));
    }

    @Test
    void thePaddingOfAnEmbeddingIsZero() {
        new Embedding(3, 2, 1).apply(graph, "e", graph.input("indices", TensorType.i32(4)));
        Variable table = Objects.requireNonNull(graph.build().variables().getFirst().variable());
        float[] values = new float[6];
        table.initializer().fill(values, table.shape(), new SplittableRandom(1));
        assertThat(values[2]).isZero();
        assertThat(values[3]).isZero();
        assertThat(new float[] {values[0], values[1], values[4], values[5]}).doesNotContain(0);
    }

    @Test
    void anExceptionOfTheLayersNameReachesTheProductOfTokens() {
        Value y = Layers.linear(3).apply(graph, "fc", graph.input("tokens", TensorType.f32(2, 5, 6)));
        graph.output("y", y);
        Graph mixed = MixedPrecision.of(graph.build(), PrecisionPolicy.of(Precision.BF16).except("fc"));
        assertThat(mixed.nodes()).filteredOn(node -> node.op() instanceof Linear).singleElement()
                .satisfies(node -> assertThat(node.inputs()).extracting(value -> value.type().dtype())
                        .containsOnly(DType.F32));
    }

    @Test
    void layersThatDoNotFitSayWhy() {
        assertThatThrownBy(() -> Layers.linear(3).apply(graph, "fc", images))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("fc")
                .hasMessageContaining("Flatten");
        assertThatThrownBy(() -> Layers.conv2d(6, 3).groups(3).apply(graph, "conv", images))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("conv: 4 channels do not split into 3 groups");
        assertThatThrownBy(() -> Layers.conv2d(5, 3).groups(2).apply(graph, "conv", images))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Layers.conv2d(4, 9).apply(graph, "big", images))
                .isInstanceOf(IllegalArgumentException.class);
        Layers.relu().apply(graph, "r", Layers.linear(3)
                .apply(graph, "one", Layers.flatten().apply(graph, "f", images)));
        assertThatThrownBy(() -> Layers.linear(3).apply(graph, "one", Layers.flatten().apply(graph, "g", images)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("already has");
    }
}

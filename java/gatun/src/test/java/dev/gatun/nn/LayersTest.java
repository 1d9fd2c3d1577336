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
import dev.gatun.shape.DType;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
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
    void convolutionsHaveAsManyAxesAsTheyAreNamedAfter() {
        Value line = graph.input("line", TensorType.f32(2, 4, 9));
        Value volume = graph.input("volume", TensorType.f32(2, 4, 5, 6, 7));
        assertThat(Layers.conv1d(6, 3).dilation(2).apply(graph, "a", line).type()).isEqualTo(TensorType.f32(2, 6, 5));
        assertThat(Layers.conv2d(6, 3, 1).apply(graph, "b", images).type()).isEqualTo(TensorType.f32(2, 6, 6, 6));
        assertThat(Layers.conv3d(6, 1, 2, 3).stride(1, 2, 3).apply(graph, "c", volume).type())
                .isEqualTo(TensorType.f32(2, 6, 5, 3, 2));
        assertThat(Layers.convTranspose1d(6, 3).stride(2).outputPadding(1).apply(graph, "d", line).type())
                .isEqualTo(TensorType.f32(2, 6, 20));
        assertThat(Layers.convTranspose3d(6, 2).stride(2).groups(2).apply(graph, "e", volume).type())
                .isEqualTo(TensorType.f32(2, 6, 10, 12, 14));
        assertThat(variables()).containsEntry("c.weight", Shape.of(6, 4, 1, 2, 3))
                .containsEntry("e.weight", Shape.of(4, 3, 2, 2, 2)).containsEntry("e.bias", Shape.of(6));
    }

    @Test
    void samePaddingKeepsTheExtentsOverTheStride() {
        for (int kernel = 1; kernel <= 6; kernel++) {
            for (int stride = 1; stride <= 4; stride++) {
                String name = kernel + "x" + stride;
                assertThat(Layers.conv2d(3, kernel).stride(stride).dilation(2).same().apply(graph, name, images).type())
                        .isEqualTo(TensorType.f32(2, 3, Math.ceilDiv(8, stride), Math.ceilDiv(6, stride)));
            }
        }
        assertThat(Layers.conv2d(3, 3).same().valid().apply(graph, "valid", images).type())
                .isEqualTo(TensorType.f32(2, 3, 6, 4));
        assertThat(Layers.conv2d(3, 3).padding(new long[] {0, 1}, new long[] {2, 3}).apply(graph, "uneven", images)
                .type()).isEqualTo(TensorType.f32(2, 3, 8, 8));
    }

    @Test
    void convolutionsThatCannotBeSayWhy() {
        Map.<ThrowingCallable, String>of(
                () -> Layers.conv1d(4, 3).apply(graph, "a", images),
                "a: a convolution of 1 spatial axes takes tensors of 3 dimensions, got (2x4x8x6)",
                () -> Layers.conv2d(4, 3).dilation(-1), "dilation -1",
                () -> Layers.conv2d(4, 3).padding(-1), "padding -1 before and -1 after",
                () -> Layers.conv2d(5, 3).groups(2), "convolution: 5 output channels do not split into 2 groups",
                () -> Layers.conv2d(4, 3, 0), "a kernel of 2 extents, each at least 1, wanted, got [3, 0]",
                () -> Layers.conv2d(4, 1, 2, 3), "a kernel of 2 extents, each at least 1, wanted, got [1, 2, 3]",
                () -> Layers.convTranspose2d(4, 3).stride(2).outputPadding(2).apply(graph, "b", images),
                "b: output padding must be less than the stride, got 2 by strides of 2",
                () -> Layers.convTranspose2d(4, 3).outputPadding(-1), "none of it negative, got [-1, -1]",
                () -> Layers.convTranspose2d(4, 3).padding(9).apply(graph, "c", images), "use less padding",
                () -> Layers.convTranspose2d(6, 3).groups(3).apply(graph, "d", images),
                "d: 4 channels do not split into 3 groups").forEach((call, message) ->
                        assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class)
                                .hasMessageContaining(message));
    }

    @Test
    void poolingThatCannotBeSaysWhy() {
        Value rows = graph.input("rows", TensorType.f32(2, 4));
        Map.<ThrowingCallable, String>of(
                () -> Layers.maxPool(3).padding(2).apply(graph, "a", images),
                "padding 2 is more than half of the window 3",
                () -> Layers.maxPool(9).apply(graph, "b", images), "a window of height 9 does not fit into 8 + 0 + 0",
                () -> Layers.maxPool(2, 2, 2).apply(graph, "c", images),
                "c: one size for all or for each of 2 spatial axes wanted, got [2, 2, 2]",
                () -> Layers.maxPool(2).withoutPadding(), "padding never takes part in max_pool",
                () -> Layers.maxPool(2).apply(graph, "d", rows), "d: max_pool takes (N, C, spatial...), got (2x4)",
                () -> Layers.adaptiveAvgPool(2, 2, 2).apply(graph, "e", images),
                "e: adaptive average_pool into [2, 2, 2] takes (N, C, spatial...)",
                () -> Layers.adaptiveAvgPool(0), "extents of at least 1 wanted, got [0]",
                () -> Layers.avgPool(2).dilation(2).apply(graph, "f", images), "only max pooling has a dilation",
                () -> Layers.maxPool(2).stride(0).apply(graph, "g", images), "got stride 0").forEach((call, message) ->
                        assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class)
                                .hasMessageContaining(message));
    }

    @Test
    void normalizationsOfOtherKindsNameTheirVariables() {
        new BatchNorm().cumulative().withoutAffine().apply(graph, "a", images);
        new BatchNorm().frozen().apply(graph, "b", images);
        Layers.instanceNorm().withAffine().apply(graph, "c", images);
        assertThat(variables()).containsExactly(Map.entry("a.running_mean", Shape.of(4)),
                Map.entry("a.running_var", Shape.of(4)), Map.entry("a.num_batches_tracked", Shape.of()),
                Map.entry("b.weight", Shape.of(4)), Map.entry("b.bias", Shape.of(4)),
                Map.entry("b.running_mean", Shape.of(4)), Map.entry("b.running_var", Shape.of(4)),
                Map.entry("c.weight", Shape.of(4)), Map.entry("c.bias", Shape.of(4)));
        Value point = graph.input("point", TensorType.f32(2, 4, 1, 1));
        assertThatThrownBy(() -> Layers.instanceNorm().apply(graph, "d", point))
                .hasMessage("d: instance normalisation takes (N, C, spatial...) of more than one element a channel,"
                        + " got (2x4x1x1)");
        Value row = graph.input("row", TensorType.f32(4));
        assertThatThrownBy(() -> Layers.batchNorm().apply(graph, "e", row))
                .hasMessage("e: batch normalisation takes (N, C, ...), got (4)");
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
        assertThatThrownBy(() -> Layers.linear(3).apply(graph, "row", graph.input("row", TensorType.f32(7))))
                .hasMessage("row: (N, features) or (N, tokens, features) wanted, got (7): the first dimension is that"
                        + " of the examples, (1, features) for one of them");
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

package dev.gatun.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.graph.Variable;
import dev.gatun.op.Window;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.util.LinkedHashMap;
import java.util.Map;
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
        Value y = new Conv2d(6, 3).stride(2).padding(1).groups(2).apply(graph, "conv", images);
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
        Layer inner = Sequential.empty().then("conv", new Conv2d(4, 1).withoutBias()).then("bn", Layers.batchNorm());
        Layers.sequential(Layers.relu(), inner).apply(graph, "block", images);
        assertThat(variables()).containsKeys("block.1.conv.weight", "block.1.bn.weight")
                .doesNotContainKey("block.1.conv.bias");
    }

    @Test
    void shapesOfPoolingAndFlattening() {
        assertThat(Layers.maxPool(2).apply(graph, "a", images).type().shape()).isEqualTo(Shape.of(2, 4, 4, 3));
        assertThat(Layers.avgPool(new Window(3, 3, 1, 1, 1, 1)).apply(graph, "b", images).type().shape())
                .isEqualTo(Shape.of(2, 4, 8, 6));
        assertThat(Layers.globalAvgPool().apply(graph, "c", images).type().shape()).isEqualTo(Shape.of(2, 4, 1, 1));
        assertThat(Layers.flatten().apply(graph, "d", images).type().shape()).isEqualTo(Shape.of(2, 192));
        assertThat(Layers.dropout(0.5).apply(graph, "e", images).type()).isEqualTo(images.type());
    }

    @Test
    void layersThatDoNotFitSayWhy() {
        assertThatThrownBy(() -> Layers.linear(3).apply(graph, "fc", images))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("fc")
                .hasMessageContaining("Flatten");
        assertThatThrownBy(() -> new Conv2d(6, 3).groups(3).apply(graph, "conv", images))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("conv: 4 channels do not split into 3 groups");
        assertThatThrownBy(() -> new Conv2d(5, 3).groups(2).apply(graph, "conv", images))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Conv2d(4, 9).apply(graph, "big", images))
                .isInstanceOf(IllegalArgumentException.class);
        Layers.relu().apply(graph, "r", Layers.linear(3)
                .apply(graph, "one", Layers.flatten().apply(graph, "f", images)));
        assertThatThrownBy(() -> Layers.linear(3).apply(graph, "one", Layers.flatten().apply(graph, "g", images)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("already has");
    }
}

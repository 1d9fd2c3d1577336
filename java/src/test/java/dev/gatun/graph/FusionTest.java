package dev.gatun.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.op.Activation;
import dev.gatun.op.BatchNormalization;
import dev.gatun.op.Binary;
import dev.gatun.op.BinaryFunction;
import dev.gatun.op.Convolution;
import dev.gatun.op.Linear;
import dev.gatun.op.Op;
import dev.gatun.op.Reshape;
import dev.gatun.op.SoftmaxCrossEntropy;
import dev.gatun.op.Unary;
import dev.gatun.op.UnaryFunction;
import dev.gatun.shape.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which nodes are merged; that the numbers stay is for the backends' tests. */
class FusionTest {
    private final Models models = new Models();

    private Value relu(Value x) {
        return models.graph.apply("relu", new Unary(UnaryFunction.RELU), x);
    }

    private static List<Op> ops(Graph graph) {
        return graph.nodes().stream().map(Node::op).toList();
    }

    @Test
    void aReluGoesIntoWhatComesBefore() {
        Value x = models.convolution("conv1", models.images(2, 3, 4, 4));
        Value y = relu(models.normalization("bn", relu(x)));
        Graph graph = models.classify(relu(models.add(y, models.convolution("conv2", y))));
        assertThat(graph.nodes()).hasSize(10);
        assertThat(ops(Fusion.fuse(graph))).containsExactly(
                Convolution.square(1, 1).with(Activation.RELU),
                BatchNormalization.standard().with(Activation.RELU),
                Convolution.square(1, 1),
                new Binary(BinaryFunction.ADD, Activation.RELU),
                new Linear(Activation.NONE),
                new SoftmaxCrossEntropy());
    }

    @Test
    void aResultThatIsUsedOrShownBeforeItsReluIsKept() {
        Value x = models.convolution("conv1", models.images(2, 3, 4, 4));
        Value y = models.convolution("conv2", models.add(relu(x), x));
        models.graph.output("raw", y);
        Graph fused = Fusion.fuse(models.classify(relu(y)));
        assertThat(ops(fused)).filteredOn(Unary.class::isInstance).hasSize(2);
        assertThat(fused.output("raw").type()).isEqualTo(y.type());
    }

    @Test
    void aFlatteningGoesIntoTheLinearLayerWhoseVariableKeepsItsShape() {
        Graph fused = Fusion.fuse(models.classify(models.convolution("conv", models.images(2, 3, 4, 5))));
        assertThat(ops(fused)).noneMatch(Reshape.class::isInstance);
        Value weight = fused.variables().stream().filter(value -> value.name().equals("head.weight")).findFirst().orElseThrow();
        assertThat(weight.type().shape()).isEqualTo(Shape.of(3, 3, 4, 5));
        Variable variable = weight.variable();
        assertThat(variable == null ? Shape.of() : variable.shape()).isEqualTo(Shape.of(3, 60));
    }

    @Test
    void aFlatteningForTwoReadersIsKept() {
        Value x = models.images(2, 3, 4, 4);
        Value flat = models.graph.apply("flatten", Reshape.flatten(x.type().shape()), x);
        Graph graph = models.loss(models.graph.apply("add", new Binary(BinaryFunction.ADD),
                models.linear("a", flat, 3), models.linear("b", flat, 3)));
        assertThat(ops(Fusion.fuse(graph))).anyMatch(Reshape.class::isInstance);
    }

    @Test
    void twoRelusInARowLoseOne() {
        Graph graph = models.classify(relu(relu(models.convolution("conv", models.images(2, 3, 4, 4)))));
        assertThat(ops(Fusion.fuse(graph))).filteredOn(Unary.class::isInstance).hasSize(1);
    }

    @Test
    void variablesAndOutputsStay() {
        Value x = models.normalization("bn", models.convolution("conv", models.images(2, 3, 4, 4)));
        Graph graph = models.classify(relu(x));
        Graph fused = Fusion.fuse(graph);
        assertThat(fused.variables()).extracting(Value::variable)
                .containsExactlyElementsOf(graph.variables().stream().map(Value::variable).toList());
        assertThat(fused.outputs().keySet()).containsExactlyElementsOf(graph.outputs().keySet());
        assertThat(fused.inputs()).extracting(Value::name).containsExactly("x", "labels");
    }
}

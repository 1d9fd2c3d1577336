package dev.gatun.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatun.op.Averaging;
import dev.gatun.op.Binary;
import dev.gatun.op.Convolution;
import dev.gatun.op.ConvolutionBackwardData;
import dev.gatun.op.ConvolutionBackwardWeights;
import dev.gatun.op.LinearBackwardData;
import dev.gatun.op.LossScale;
import dev.gatun.op.Op;
import dev.gatun.op.Reduce;
import dev.gatun.op.Unary;
import dev.gatun.op.UnaryBackward;
import dev.gatun.op.UpdateRunningStatistics;
import dev.gatun.op.function.Reduction;
import dev.gatun.op.function.UnaryFunction;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The shape of differentiated graphs; that the numbers are right is for the backends' tests. */
class DifferentiationTest {
    private final Models models = new Models();

    private static List<Node> nodes(Graph graph, Class<? extends Op> type, Node.Phase phase) {
        return graph.nodes().stream().filter(node -> type.isInstance(node.op()) && node.phase() == phase).toList();
    }

    @Test
    void theFirstLayerHasNoGradientByItsInput() {
        Value x = models.images(2, 3, 4, 4);
        Value y = models.convolution("conv2", models.convolution("conv1", x));
        Graph training = Differentiation.differentiate(models.classify(y), "loss");
        assertThat(nodes(training, ConvolutionBackwardWeights.class, Node.Phase.BACKWARD))
                .extracting(Node::name).containsExactly("conv2", "conv1");
        assertThat(nodes(training, ConvolutionBackwardData.class, Node.Phase.BACKWARD))
                .extracting(Node::name).containsExactly("conv2");
    }

    @Test
    void everyParameterHasAGradientOfItsTypeAndNoBufferHasOne() {
        Value y = models.normalization("bn", models.convolution("conv", models.images(2, 3, 4, 4)));
        Graph training = Differentiation.differentiate(models.classify(y), "loss");
        List<Value> parameters = training.variables().stream().filter(Value::isParameter).toList();
        assertThat(training.gradients()).containsOnlyKeys(parameters);
        training.gradients().forEach((parameter, gradient) -> assertThat(gradient.type()).isEqualTo(parameter.type()));
        assertThat(training.variables()).hasSize(parameters.size() + 2);
    }

    @Test
    void gradientsKnowTheNodeTheyBelongTo() {
        Graph training = Differentiation.differentiate(
                models.classify(models.convolution("conv", models.images(2, 3, 4, 4))), "loss");
        Node convolution = nodes(training, Convolution.class, Node.Phase.FORWARD).getFirst();
        Node backward = nodes(training, ConvolutionBackwardWeights.class, Node.Phase.BACKWARD).getFirst();
        assertThat(backward.forward()).isSameAs(convolution);
    }

    @Test
    void gradientsOfAFanOutAreSummed() {
        Value x = models.convolution("stem", models.images(2, 3, 4, 4));
        Value sum = models.add(models.add(models.convolution("a", x), models.convolution("b", x)), x);
        Graph training = Differentiation.differentiate(models.classify(sum), "loss");
        assertThat(nodes(training, Binary.class, Node.Phase.BACKWARD)).hasSize(2);
    }

    @Test
    void twoGradientsOfAReluAreSummedBeforeIt() {
        Value x = models.graph.apply("relu", new Unary(UnaryFunction.RELU),
                models.convolution("stem", models.images(2, 3, 4, 4)));
        Value sum = models.add(models.convolution("a", x), x);
        Graph training = Differentiation.differentiate(models.classify(sum), "loss");
        Node add = nodes(training, Binary.class, Node.Phase.BACKWARD).getFirst();
        assertThat(nodes(training, UnaryBackward.class, Node.Phase.BACKWARD).getFirst().inputs())
                .containsExactly(x, add.output());
    }

    @Test
    void statisticsAreCommittedLast() {
        Value y = models.normalization("bn", models.convolution("conv", models.images(2, 3, 4, 4)));
        Graph training = Differentiation.differentiate(models.classify(y), "loss");
        Node last = training.nodes().getLast();
        assertThat(last.op()).isEqualTo(new UpdateRunningStatistics(new Averaging.Exponential(0.1), 2 * 4 * 4));
        assertThat(last.phase()).isEqualTo(Node.Phase.RUNNING_STATISTICS);
        assertThat(training.nodes().stream().map(Node::phase)).isSorted();
    }

    @Test
    void valuesAreProducedBeforeTheyAreUsed() {
        Value x = models.convolution("stem", models.images(2, 3, 4, 4));
        Graph training = Differentiation.differentiate(models.classify(models.add(models.normalization("bn", x), x)),
                "loss");
        Set<Value> known = new HashSet<>(training.inputs());
        known.addAll(training.variables());
        for (Node node : training.nodes()) {
            assertThat(known).as(node.toString()).containsAll(node.inputs());
            known.addAll(node.outputs());
        }
    }

    @Test
    void aParameterWithoutInfluenceHasNoGradient() {
        Value x = models.images(2, 3, 4, 4);
        models.convolution("orphan", x);
        Graph training = Differentiation.differentiate(models.classify(models.convolution("conv", x)), "loss");
        assertThat(training.gradients().keySet()).extracting(Value::name).containsExactly("conv.weight", "head.weight");
        assertThat(training.variables()).extracting(Value::name).contains("orphan.weight");
        assertThat(training.nodes()).filteredOn(node -> node.name().equals("orphan")).hasSize(1);
    }

    @Test
    void frozenParametersHaveNoGradientAndNothingIsComputedForThem() {
        Value x = models.convolution("body1", models.images(2, 3, 4, 4));
        Graph graph = models.classify(models.convolution("body2", x));
        Graph training = Differentiation.differentiate(graph, "loss", variable -> !variable.name().startsWith("body"));
        assertThat(training.gradients().keySet()).extracting(Value::name).containsExactly("head.weight");
        assertThat(nodes(training, ConvolutionBackwardData.class, Node.Phase.BACKWARD)).isEmpty();
        assertThat(nodes(training, ConvolutionBackwardWeights.class, Node.Phase.BACKWARD)).isEmpty();
        assertThat(nodes(training, LinearBackwardData.class, Node.Phase.BACKWARD)).isEmpty();
        assertThatThrownBy(() -> Differentiation.differentiate(graph, "loss", _ -> false))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("all parameters are frozen");
    }

    @Test
    void aFrozenLayerBelowATrainedOneStillPassesGradientsOn() {
        Value x = models.convolution("trained", models.images(2, 3, 4, 4));
        Graph training = Differentiation.differentiate(
                models.classify(models.convolution("frozen", x)), "loss",
                variable -> !variable.name().startsWith("frozen"));
        assertThat(nodes(training, ConvolutionBackwardData.class, Node.Phase.BACKWARD))
                .extracting(Node::name).containsExactly("frozen");
        assertThat(nodes(training, ConvolutionBackwardWeights.class, Node.Phase.BACKWARD))
                .extracting(Node::name).containsExactly("trained");
    }

    @Test
    void anyScalarIsDifferentiated() {
        Value y = models.linear("fc", models.rows(4, 3), 2);
        models.graph.output("mean", models.graph.apply("mean", Reduce.all(Reduction.MEAN, 2), y));
        models.graph.output("row", models.graph.apply("row", Reduce.over(Reduction.MEAN, 0), y));
        Graph graph = models.graph.build();
        Graph training = Differentiation.differentiate(graph, "mean");
        assertThat(training.gradients()).hasSize(1);
        assertThat(nodes(training, LossScale.class, Node.Phase.BACKWARD)).hasSize(1);
        assertThatThrownBy(() -> Differentiation.differentiate(graph, "row"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("only a floating-point value of one element can be differentiated, not row f32(2)");
        assertThatThrownBy(() -> Differentiation.differentiate(training, "mean"))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("training form already");
    }

    @Test
    void onlyAScalarIsDifferentiated() {
        Graph graph = models.classify(models.convolution("conv", models.images(2, 3, 4, 4)));
        assertThatThrownBy(() -> Differentiation.differentiate(graph, "probabilities"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("only a floating-point value of one element");
        assertThatThrownBy(() -> Differentiation.differentiate(graph, "accuracy"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the graph has no output \"accuracy\", only [loss, probabilities]");
    }

    @Test
    void aLossWithoutParametersIsRefused() {
        Graph graph = models.loss(models.rows(2, 3));
        assertThatThrownBy(() -> Differentiation.differentiate(graph, "loss"))
                .isInstanceOf(IllegalArgumentException.class).hasMessage("the loss depends on no parameter");
    }

    @Test
    void inferenceGraphsAreNotDifferentiated() {
        Value y = models.normalization("bn", models.convolution("conv", models.images(2, 3, 4, 4)));
        Graph graph = models.classify(y);
        assertThatThrownBy(() -> Differentiation.differentiate(Inference.of(graph), "loss"))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("bn")
                .hasMessageContaining("inference mode");
    }
}

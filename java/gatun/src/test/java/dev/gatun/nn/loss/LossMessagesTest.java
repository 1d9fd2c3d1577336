package dev.gatun.nn.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.graph.Variable;
import dev.gatun.nn.Layers;
import dev.gatun.op.SoftmaxCrossEntropy;
import dev.gatun.shape.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What losses refuse, and which parameters a penalty chooses. */
class LossMessagesTest {
    private final GraphBuilder graph = new GraphBuilder();
    private final Value rows = graph.input("rows", TensorType.f32(4, 3));
    private final Value vector = graph.input("vector", TensorType.f32(4));

    @Test
    void inputsThatDoNotFit() {
        assertThatThrownBy(() -> new MeanSquaredError().apply(graph, "mse", rows, vector))
                .hasMessage("mse: prediction f32(4x3) and target f32(4) must be of one shape and type: "
                        + "target f32(4x3) would fit");
        assertThatThrownBy(() -> new BinaryCrossEntropy().apply(graph, "bce", rows, vector))
                .hasMessage("bce: scores f32(4x3) and targets f32(4) must be of one shape and type: "
                        + "targets f32(4x3) would fit");
        assertThatThrownBy(() -> new KlDivergence().apply(graph, "kl", rows, vector))
                .hasMessage("kl: scores f32(4x3) and the teacher's f32(4) must be of one shape and type: "
                        + "the teacher's f32(4x3) would fit");
        assertThatThrownBy(() -> new CosineEmbedding().apply(graph, "cosine", rows, rows, rows))
                .hasMessage("cosine: a target for each pair wanted, f32(4), got f32(4x3)");
        assertThatThrownBy(() -> new TripletMargin().apply(graph, "triplet", rows, rows, vector))
                .hasMessage("triplet: anchors f32(4x3) and negatives f32(4) must be of one shape and type: "
                        + "negatives f32(4x3) would fit");
    }

    @Test
    void numbersThatCannotBe() {
        assertThatThrownBy(() -> new Huber().withDelta(0))
                .hasMessage("huber: delta must be positive and finite, got 0.0");
        assertThatThrownBy(() -> new SmoothL1().withBeta(-1))
                .hasMessage("smooth_l1: beta must be finite and not negative, got -1.0");
        assertThatThrownBy(() -> new BinaryCrossEntropy().withPositiveWeight(Double.NaN)).hasMessage(
                "binary_cross_entropy: the weight of positives must be finite and not negative, got NaN");
        assertThatThrownBy(() -> new KlDivergence().withTemperature(0))
                .hasMessage("kl_divergence: temperature must be positive and finite, got 0.0");
        assertThatThrownBy(() -> new Hinge().withMargin(Double.POSITIVE_INFINITY))
                .hasMessage("hinge: margin must be finite, got Infinity");
        assertThatThrownBy(() -> new HingeEmbedding().withMargin(Double.NaN))
                .hasMessage("hinge_embedding: margin must be finite, got NaN");
        assertThatThrownBy(() -> new CosineEmbedding().withMargin(1.5))
                .hasMessage("cosine_embedding: margin must lie in [-1, 1], got 1.5");
        assertThatThrownBy(() -> new TripletMargin().withMargin(0))
                .hasMessage("triplet_margin: margin must be positive and finite, got 0.0");
        assertThatThrownBy(() -> new ConfidencePenalty().withStrength(-0.1))
                .hasMessage("confidence_penalty: strength must be finite and not negative, got -0.1");
        assertThatThrownBy(() -> Penalties.elasticNet(graph, "net", 1, 2, List.of(rows)))
                .hasMessage("net: the share of the magnitudes must lie in [0, 1], got 2.0");
        assertThatThrownBy(() -> Penalties.l2(graph, "decay", 1, List.of()))
                .hasMessage("decay: no parameters to penalise were chosen");
    }

    @Test
    void labelsAndWeightsThatDoNotFit() {
        Value labels = graph.input("labels", TensorType.i32(4));
        Value few = graph.input("few", TensorType.i32(3));
        CrossEntropy smoothed = new CrossEntropy().withLabelSmoothing(0.1);
        assertThatThrownBy(() -> smoothed.apply(graph, "ce", rows, few))
                .hasMessage("ce: a label for each of the scores (4x3) wanted, i32(4), got i32(3)");
        assertThatThrownBy(() -> new NegativeLogLikelihood().apply(graph, "nll", rows, vector))
                .hasMessage("nll: a label for each of the scores (4x3) wanted, i32(4), got f32(4)");
        assertThatThrownBy(() -> smoothed.apply(graph, "ce", vector, labels))
                .hasMessage("ce: scores (N, classes, ...) wanted, got f32(4)");
        assertThatThrownBy(() -> smoothed.apply(graph, "ce", rows, labels, vector))
                .hasMessage("ce: a weight for each of the classes of f32(4x3) wanted, got f32(4)");
        assertThatThrownBy(() -> smoothed.withIgnored(1).apply(graph, "ce", rows, rows)).hasMessage(
                "ce: label 1 is to be ignored, but the target is distributions: give labels, or ignore none");
        assertThatThrownBy(() -> new CrossEntropy().withLabelSmoothing(1.1))
                .hasMessage("cross_entropy: label smoothing must lie in [0, 1], got 1.1");
        assertThatThrownBy(() -> new MultiClassMargin().withMargin(Double.NaN))
                .hasMessage("multi_class_margin: margin must be finite, got NaN");
    }

    @Test
    void aScalarHasNoBatch() {
        Value scalar = graph.input("scalar", TensorType.f32());
        assertThatThrownBy(() -> new MeanSquaredError(LossReduction.BATCH_MEAN).apply(graph, "mse", scalar, scalar))
                .hasMessage("mse: a scalar has no batch to take the mean of");
    }

    @Test
    void aPenaltyIsOnTheParametersThatAreChosen() {
        Layers.linear(2).apply(graph, "fc", rows);
        assertThat(Penalties.parameters(graph, variable -> variable.kind() == Variable.Kind.WEIGHT))
                .extracting(Value::name).containsExactly("fc.weight");
        assertThat(Penalties.parameters(graph, variable -> variable.name().startsWith("fc")))
                .extracting(Value::name).containsExactly("fc.weight", "fc.bias");
    }

    @Test
    void plainCrossEntropyIsOneKernel() {
        Losses.crossEntropy(graph, "loss", rows, graph.input("labels", TensorType.i32(4)));
        assertThat(graph.build().nodes()).singleElement()
                .satisfies(node -> assertThat(node.op()).isEqualTo(new SoftmaxCrossEntropy()));
    }
}

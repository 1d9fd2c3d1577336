package dev.gatun.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.gatun.nn.Layers;
import dev.gatun.nn.loss.Losses;
import dev.gatun.op.Softmax;
import dev.gatun.op.SoftmaxCrossEntropy;
import dev.gatun.op.function.SoftmaxKind;
import dev.gatun.shape.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;

class PredictionTest {
    private static Graph classifier() {
        GraphBuilder graph = new GraphBuilder();
        Value x = graph.input("x", TensorType.f32(4, 6));
        Value labels = graph.input("labels", TensorType.i32(4));
        Value body = Layers.linear(5).apply(graph, "body", x);
        Value scores = Layers.linear(3).apply(graph, "head", body);
        Node loss = graph.node("loss", new SoftmaxCrossEntropy(), List.of(scores, labels));
        graph.output("body", body);
        graph.output("scores", scores);
        graph.output("loss", loss.output());
        graph.output("probabilities", loss.outputs().get(1));
        graph.output("correct", loss.outputs().get(2));
        graph.output("other", Losses.meanSquaredError(graph, "mse", body, body));
        return graph.build();
    }

    private static List<String> names(List<Value> values) {
        return values.stream().map(Value::name).toList();
    }

    @Test
    void onlyWhatTheOutputDependsOnStays() {
        Graph scores = Prediction.of(classifier(), "scores");
        assertThat(names(scores.inputs())).containsExactly("x");
        assertThat(names(scores.variables())).containsExactly(
                "body.weight", "body.bias", "head.weight", "head.bias");
        assertThat(scores.outputs()).containsOnlyKeys("scores");
        Graph body = Prediction.of(classifier(), "body");
        assertThat(names(body.variables())).containsExactly("body.weight", "body.bias");
        assertThat(body.nodes()).hasSize(1);
    }

    @Test
    void probabilitiesOfALossNeedNoLabels() {
        Graph graph = Prediction.of(classifier(), "probabilities");
        assertThat(names(graph.inputs())).containsExactly("x");
        assertThat(graph.nodes().getLast().op()).isEqualTo(new Softmax(1, SoftmaxKind.SOFTMAX));
        assertThat(graph.output("probabilities").type()).isEqualTo(TensorType.f32(4, 3));
    }

    @Test
    void whatComparesWithLabelsStillReadsThem() {
        for (String output : List.of("loss", "correct")) {
            Graph graph = Prediction.of(classifier(), output);
            assertThat(names(graph.inputs())).containsExactly("x", "labels");
            assertThat(graph.nodes().getLast().op()).isInstanceOf(SoftmaxCrossEntropy.class);
        }
    }

    @Test
    void anOutputThatIsNotThere() {
        assertThatIllegalArgumentException().isThrownBy(() -> Prediction.of(classifier(), "answer"))
                .withMessageContaining("no output \"answer\", only [body, scores, loss");
    }
}

package dev.gatun.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.op.BatchNormalization;
import dev.gatun.op.Dropout;
import org.junit.jupiter.api.Test;

class InferenceTest {
    private final Models models = new Models();

    @Test
    void normalizationTurnsToRunningStatisticsAndDropoutGoes() {
        Value y = models.normalization("bn", models.convolution("conv", models.images(2, 3, 4, 4)));
        Graph graph = models.classify(models.graph.apply("drop", new Dropout(0.5, 0), y));
        Graph inference = Inference.of(graph);
        assertThat(inference.nodes()).extracting(Node::name).containsExactly("conv", "bn", "flatten", "head", "loss");
        Node normalization = inference.nodes().get(1);
        assertThat(normalization.op())
                .isEqualTo(BatchNormalization.standard().withMode(BatchNormalization.Mode.INFERENCE));
        assertThat(normalization.outputs()).hasSize(1);
        assertThat(inference.variables()).extracting(Value::name)
                .containsExactlyElementsOf(graph.variables().stream().map(Value::name).toList());
    }

    @Test
    void aDropoutThatIsAnOutputBecomesItsInput() {
        Value x = models.images(2, 3, 4, 4);
        models.graph.output("dropped", models.graph.apply("drop", new Dropout(0.5, 0), x));
        Graph inference = Inference.of(models.graph.build());
        assertThat(inference.nodes()).isEmpty();
        assertThat(inference.output("dropped")).isSameAs(inference.input("x"));
    }
}

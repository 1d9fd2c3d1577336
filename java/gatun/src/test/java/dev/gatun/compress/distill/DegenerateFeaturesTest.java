package dev.gatun.compress.distill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatun.backend.Device;
import dev.gatun.backend.TestDevices;
import dev.gatun.graph.Differentiation;
import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.memory.NoLeaks;
import dev.gatun.reference.GraphRunner;
import dev.gatun.shape.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Features that are all zero, or of examples that coincide, have losses and gradients that are finite. */
@ExtendWith(NoLeaks.class)
class DegenerateFeaturesTest {
    static Stream<Comparison> losses() {
        return Stream.of(new Hint(), new AttentionTransfer(2), new RelationalDistance(), new RelationalAngle(),
                new SimilarityPreserving(), new CorrelationCongruence(0.4, 2));
    }

    @ParameterizedTest
    @MethodSource("losses")
    void zerosAreNoTrouble(Comparison loss) {
        GraphBuilder graph = new GraphBuilder();
        Value student = graph.input("student", TensorType.f32(3, 2, 2, 2));
        Value teacher = graph.input("teacher", TensorType.f32(3, 2, 2, 2));
        Value value = loss.apply(graph, "loss", student, teacher);
        Value gradient = Differentiation.gradients(graph, value, List.of(student)).getFirst();
        double[] some = new double[24];
        Arrays.setAll(some, i -> Math.sin(0.7 * i));
        try (Device device = TestDevices.open(TestDevices.COUNTED)) {
            GraphRunner.Result result = GraphRunner.run(graph.build(), device,
                    Map.of("student", new double[24], "teacher", some));
            assertThat(result.of(value)[0]).isPositive().isFinite();
            assertThat(Arrays.stream(result.of(gradient)).boxed()).allMatch(each -> Math.abs(each) < 10);
        }
    }

    @Test
    void oneExampleHasNoRelations() {
        GraphBuilder graph = new GraphBuilder();
        Value one = graph.input("one", TensorType.f32(1, 4));
        for (Comparison loss : List.of(new RelationalDistance(), new RelationalAngle())) {
            assertThatThrownBy(() -> loss.apply(graph, "loss", one, one)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("loss: relations among examples need a batch of at least 2");
        }
    }

    @Test
    void featuresThatCannotBeComparedAreNamed() {
        GraphBuilder graph = new GraphBuilder();
        Value image = graph.input("image", TensorType.f32(2, 3, 4, 2));
        Value other = graph.input("other", TensorType.f32(2, 3, 2, 4));
        Value vector = graph.input("vector", TensorType.f32(2, 3));
        Value few = graph.input("few", TensorType.f32(1, 3));
        assertThatThrownBy(() -> new Hint().apply(graph, "loss", image, other)).hasMessage("loss: features of the"
                + " student"
                + " f32(2x3x4x2) and of the teacher f32(2x3x2x4) cannot be brought to one size, as neither is the"
                + " smaller:"
                + " choose other layers");
        assertThatThrownBy(() -> new Hint().apply(graph, "loss", image, vector)).hasMessage("loss: features of the"
                + " student f32(2x3x4x2) and of the teacher f32(2x3) cannot be brought to one size: choose other"
                + " layers");
        assertThatThrownBy(() -> new AttentionTransfer(2).apply(graph, "loss", vector, vector)).hasMessage("loss:"
                + " features of the student f32(2x3) and of the teacher f32(2x3) must be of one batch and element type,"
                + " with at least 3 dimensions");
        assertThatThrownBy(() -> new SimilarityPreserving().apply(graph, "loss", vector, few)).hasMessage("loss:"
                + " features"
                + " of the student f32(2x3) and of the teacher f32(1x3) must be of one batch and element type, with at"
                + " least 2 dimensions");
        assertThatThrownBy(() -> new SoftLabels(2).apply(graph, "loss", vector, few)).hasMessage("loss: the scores of"
                + " the"
                + " student f32(2x3) and of the teacher f32(1x3) must be (N, classes) of one type");
    }
}

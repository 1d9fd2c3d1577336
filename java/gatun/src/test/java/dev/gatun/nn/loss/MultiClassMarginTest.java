package dev.gatun.nn.loss;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.backend.Backends;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.backend.OnEachDevice;
import dev.gatun.graph.Differentiation;
import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.memory.NoLeaks;
import dev.gatun.reference.GraphRunner;
import dev.gatun.shape.TensorType;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;

@ExtendWith(NoLeaks.class)
class MultiClassMarginTest {
    /** Only the class before the last comes near the label: {@code (1 - 2 + 1.5) / 4}. */
    @ParameterizedTest
    @OnEachDevice
    void anImpossibleClassCostsNothing(String backend) {
        GraphBuilder graph = new GraphBuilder();
        Value scores = graph.input("scores", TensorType.f32(1, 4));
        Value labels = graph.input("labels", TensorType.i32(1));
        Value loss = new MultiClassMargin().apply(graph, "loss", scores, labels);
        Value gradient = Differentiation.gradients(graph, loss, List.of(scores)).getFirst();
        try (Device device = Backends.open(backend, DeviceOptions.defaults().withThreads(1))) {
            GraphRunner.Result result = GraphRunner.run(graph.build(), device, Map.of(
                    "scores", new double[] {Double.NEGATIVE_INFINITY, 2, 1.5, -3}, "labels", new double[] {1}));
            assertThat(result.of(loss)).containsExactly(0.125);
            assertThat(result.of(gradient)).containsExactly(0, -0.25, 0.25, 0);
        }
    }
}

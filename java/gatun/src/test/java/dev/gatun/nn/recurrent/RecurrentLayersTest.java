package dev.gatun.nn.recurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatun.backend.Device;
import dev.gatun.backend.OnEachDevice;
import dev.gatun.backend.TestDevices;
import dev.gatun.graph.Graph;
import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Inference;
import dev.gatun.graph.Value;
import dev.gatun.memory.NoLeaks;
import dev.gatun.nn.Layer;
import dev.gatun.op.Dropout;
import dev.gatun.op.Recurrent;
import dev.gatun.op.function.RecurrentCell;
import dev.gatun.reference.GraphRunner;
import dev.gatun.shape.TensorType;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;

/** What recurrent layers refuse, what they are made of, and that they lose no NaN. */
@ExtendWith(NoLeaks.class)
class RecurrentLayersTest {
    private final GraphBuilder graph = new GraphBuilder();
    private final Value x = graph.input("x", TensorType.f32(2, 5, 3));

    @Test
    void whatDoesNotFitIsRefusedWithWhatWould() {
        Value rows = graph.input("rows", TensorType.f32(2, 3));
        Value wide = graph.input("wide", TensorType.f32(1, 2, 7));
        assertThatThrownBy(() -> new Lstm(4).apply(graph, "a", rows))
                .hasMessage("a: (N, steps, features) wanted, got (2x3)");
        assertThatThrownBy(() -> new Gru(0).apply(graph, "b", x)).hasMessage("b: a width of at least 1 wanted, got 0");
        assertThatThrownBy(() -> new Gru(4).run(graph, "c", x, new RecurrentState(wide, null)))
                .hasMessage("c: a first hidden state (layers * directions, N, hidden) of (1x2x4) wanted, got (1x2x7)");
        assertThatThrownBy(() -> new Lstm(4).run(graph, "d", x, new RecurrentState(wide, null)))
                .hasMessage("d: a state with cell states wanted for the lstm");
        assertThatThrownBy(() -> new Gru(7).run(graph, "e", x, new RecurrentState(wide, wide)))
                .hasMessage("e: a state without cell states wanted for the gru");
        assertThatThrownBy(() -> RecurrentOptions.DEFAULTS.withLayers(0)).hasMessage(
                "recurrent layers: at least one layer and a dropout in [0, 1) wanted, got 0 and 0.0");
    }

    @Test
    void theOperationNamesWhatItWants() {
        Recurrent gru = new Recurrent(RecurrentCell.GRU, Recurrent.Direction.FORWARD);
        TensorType bias = TensorType.f32(12);
        assertThatThrownBy(() -> gru.infer(List.of(TensorType.f32(5, 2, 3), TensorType.f32(12, 3),
                TensorType.f32(12, 4), bias, TensorType.f32(9), TensorType.f32(2, 4))))
                .hasMessage("gru: bias_hh must be f32(12), got f32(9)");
        assertThatThrownBy(() -> gru.infer(List.of(TensorType.f32(5, 2, 3), TensorType.f32(12, 2),
                TensorType.f32(12, 4), bias, bias, TensorType.f32(2, 4))))
                .hasMessage("gru: weight_ih must be f32(12x3), got f32(12x2)");
        assertThatThrownBy(() -> gru.infer(List.of(TensorType.f32(0, 2, 3), TensorType.f32(12, 3),
                TensorType.f32(12, 4), bias, bias, TensorType.f32(2, 4))))
                .hasMessage("gru: x (T, N, C) and weight_hh with elements wanted, got (0x2x3) and (12x4)");
    }

    @Test
    void dropoutStandsBetweenLayersInTrainingOnly() {
        new Lstm(4, RecurrentOptions.DEFAULTS.withLayers(3).withDropout(0.5)).apply(graph, "lstm", x);
        Graph training = graph.build();
        assertThat(training.nodes().stream().filter(node -> node.op() instanceof Dropout)).hasSize(2);
        assertThat(Inference.of(training).nodes().stream().filter(node -> node.op() instanceof Dropout)).isEmpty();
    }

    @ParameterizedTest
    @OnEachDevice
    void aNanReachesAllStatesThatFollowIt(String backend) {
        double[] elements = new double[2 * 5 * 3];
        elements[3 * 2 + 1] = Double.NaN; // the first sequence, its third step
        for (Layer layer : List.of(new Lstm(9), new Gru(9))) {
            GraphBuilder own = new GraphBuilder();
            own.output("y", layer.apply(own, "y", own.input("x", TensorType.f32(2, 5, 3))));
            try (Device device = TestDevices.open(backend);
                    GraphRunner runner = new GraphRunner(own.build(), device)) {
                own.build().variables().forEach(value ->
                        runner.set(value.name(), constant((int) value.type().shape().elements())));
                runner.set("x", elements);
                runner.run();
                double[] y = runner.get(own.build().output("y"));
                assertThat(Arrays.stream(y, 0, 2 * 9)).as("before it").noneMatch(value -> value.isNaN());
                assertThat(Arrays.stream(y, 2 * 9, 5 * 9)).as("from it on").allMatch(value -> value.isNaN());
                assertThat(Arrays.stream(y, 5 * 9, 10 * 9)).as("the other sequence").noneMatch(value -> value.isNaN());
            }
        }
    }

    private static double[] constant(int elements) {
        double[] values = new double[elements];
        Arrays.fill(values, 0.1);
        return values;
    }
}

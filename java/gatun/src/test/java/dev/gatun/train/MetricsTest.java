package dev.gatun.train;

import static dev.gatun.nn.Layers.linear;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gatun.backend.Backends;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.backend.OnEachDevice;
import dev.gatun.data.TensorDataset;
import dev.gatun.engine.Variables;
import dev.gatun.graph.Graph;
import dev.gatun.graph.Node;
import dev.gatun.graph.Value;
import dev.gatun.memory.NoLeaks;
import dev.gatun.op.SoftmaxCrossEntropy;
import dev.gatun.shape.TensorType;
import dev.gatun.train.task.Metric;
import dev.gatun.train.task.Task;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;

/** Metrics over all examples of a data set, whatever batches they come in. */
@ExtendWith(NoLeaks.class)
class MetricsTest {
    /** A linear layer whose scores are its inputs, once its weight is the unit matrix. */
    private static final Task SCORES = Task.of("scores", (graph, batch) -> {
        Value scores = linear(4).apply(graph, "fc", graph.input("x", TensorType.f32(batch, 4)));
        Value labels = graph.input("labels", TensorType.i32(batch));
        graph.input("target", TensorType.f32(batch, 4));
        Node loss = graph.node("loss", new SoftmaxCrossEntropy(), List.of(scores, labels));
        graph.output("loss", loss.output());
        graph.output("scores", scores);
        graph.output("correct", loss.outputs().get(2));
    });

    private static final TensorDataset SEVEN = TensorDataset.of("seven", 7)
            .with("x", new float[] {
                9, 1, 2, 3, // label 0: first
                9, 1, 2, 3, // label 2: third
                5, 5, 5, 5, // label 0: first of equals
                5, 5, 5, 5, // label 3: last of equals
                0, 4, 3, 9, // label 1: second
                1e-30f, 0, 0, 0, // label 0: first
                -1, -2, -3, -4 // label 3: last
            }, 4)
            .with("labels", new int[] {0, 2, 0, 3, 1, 0, 3})
            .with("target", new float[28], 4);

    private static Evaluation evaluate(String backend, Task task, int batchSize) {
        try (Device device = Backends.open(backend, DeviceOptions.defaults().withThreads(1));
                Variables variables = Evaluator.variables(task, device, batchSize);
                Evaluator evaluator = new Evaluator(task, device, SEVEN, batchSize, variables)) {
            variables.write("fc.weight", new float[] {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1});
            return evaluator.run();
        }
    }

    @ParameterizedTest
    @OnEachDevice(value = {"3", "4"}, moreOnTheCpu = {"1", "2", "7", "64"})
    void everyExampleCountsOnce(String backend, int batchSize) {
        Task task = SCORES.measuring(Metric.accuracy("scores", "labels"), Metric.topK(2, "scores", "labels"),
                Metric.topK(3, "scores", "labels"), Metric.topK(4, "scores", "labels"),
                new Metric.Share("share", "correct"), new Metric.Mean("mean loss", "loss"),
                Metric.meanAbsoluteError("scores", "target"), Metric.meanSquaredError("scores", "target"));
        Evaluation found = evaluate(backend, task, batchSize);
        assertThat(found.examples()).isEqualTo(7);
        assertThat(found.accuracy()).isEqualTo(3.0 / 7);
        assertThat(found.correct()).isEqualTo(3);
        assertThat(found.metric("share")).as("counted on the device").isEqualTo(3.0 / 7);
        assertThat(found.metric("top-2")).isEqualTo(4.0 / 7);
        assertThat(found.metric("top-3")).isEqualTo(5.0 / 7);
        assertThat(found.metric("top-4")).isEqualTo(1);
        assertThat(found.metric("mae")).isCloseTo((15 + 15 + 20 + 20 + 16 + 0 + 10) / 28.0, within(1e-12));
        assertThat(found.metric("mse")).isCloseTo((95 + 95 + 100 + 100 + 106 + 0 + 30) / 28.0, within(1e-12));
        assertThat(found.metric("mean loss")).isCloseTo(found.loss(), within(1e-12));
        double last = Math.log(1 + Math.exp(1) + Math.exp(2) + Math.exp(3));
        double first = Math.log(1 + Math.exp(-8) + Math.exp(-7) + Math.exp(-6));
        double second = 5 + Math.log(1 + Math.exp(-9) + Math.exp(-5) + Math.exp(-6));
        assertThat(found.loss()).isCloseTo(
                (first + first + 7 + 3 * Math.log(4) + second + last) / 7, within(1e-6));
    }

    @ParameterizedTest
    @OnEachDevice
    void whatAGraphDoesNotHaveIsRefused(String backend) {
        assertThatThrownBy(() -> SCORES.measuring(Metric.accuracy("nothing", "labels")).graph(2))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("no output \"nothing\"");
        assertThatThrownBy(() -> SCORES.measuring(Metric.accuracy("loss", "labels")).graph(2))
                .hasMessage("task scores, metric accuracy: output loss must be (N, classes) of f32, but is f32()");
        assertThatThrownBy(() -> SCORES.measuring(Metric.accuracy("scores", "x")).graph(2))
                .hasMessageContaining("x must be i32");
        assertThatThrownBy(() -> SCORES.measuring(Metric.meanSquaredError("scores", "labels")).graph(2))
                .hasMessageContaining("labels must be f32");
        assertThatThrownBy(() -> SCORES.measuring(new Metric.Share("share", "loss")).graph(2))
                .hasMessageContaining("loss must be i64");
        assertThatThrownBy(() -> SCORES.minimizing("nothing").graph(2)).hasMessageContaining("no output \"nothing\"");
        assertThatThrownBy(() -> Metric.topK(0, "scores", "labels")).hasMessageContaining("top-0");
        assertThatThrownBy(() -> SCORES.measuring(Metric.topK(1, "scores", "labels"), Metric.topK(1, "x", "labels")))
                .hasMessageContaining("two metrics have one name");
        Graph graph = SCORES.graph(2);
        assertThat(graph.inputs()).extracting(Value::name).containsExactly("x", "labels", "target");
        assertThatThrownBy(() -> evaluate(backend, SCORES, 2).metric("accuracy"))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("no metric is called accuracy");
    }
}

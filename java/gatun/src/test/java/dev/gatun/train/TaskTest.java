package dev.gatun.train;

import static dev.gatun.nn.Layers.batchNorm;
import static dev.gatun.nn.Layers.linear;
import static dev.gatun.nn.Layers.relu;
import static dev.gatun.nn.Layers.sequential;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gatun.backend.Backends;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.backend.OnEachDevice;
import dev.gatun.backend.TestDevices;
import dev.gatun.data.LastBatch;
import dev.gatun.data.TensorDataset;
import dev.gatun.graph.Value;
import dev.gatun.io.CheckpointStore;
import dev.gatun.io.LoadedCheckpoint;
import dev.gatun.memory.NoLeaks;
import dev.gatun.nn.Functions;
import dev.gatun.nn.loss.Losses;
import dev.gatun.optim.schedule.text.RunSchedule;
import dev.gatun.shape.TensorType;
import dev.gatun.train.task.Metric;
import dev.gatun.train.task.Task;
import dev.gatun.update.rule.AdamHyperparameters;
import dev.gatun.update.rule.SgdHyperparameters;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;

/** Tasks that do not classify images: several inputs, batches of unequal size, frozen parameters. */
@ExtendWith(NoLeaks.class)
class TaskTest {
    private static final Task SUM = Task.of("sum", (graph, batch) -> {
        Value left = linear(6).apply(graph, "left", graph.input("a", TensorType.f32(batch, 3)));
        Value right = linear(6).apply(graph, "right", graph.input("b", TensorType.f32(batch, 2)));
        Value guess = sequential(relu(), linear(1)).apply(graph, "head", Functions.add(graph, "both", left, right));
        graph.output("guess", guess);
        graph.output("loss", Losses.meanSquaredError(graph, "loss", guess, graph.input("y", TensorType.f32(batch, 1))));
    }).measuring(Metric.meanAbsoluteError("guess", "y"), new Metric.Mean("mse", "loss"));

    private static final TrainingOptions OPTIONS = TrainingOptions.defaults().withEpochs(2).withBatchSize(8)
            .withSchedule(RunSchedule.CONSTANT).withOptimizer(SgdHyperparameters.DEFAULTS.withLearningRate(0.05));

    private static TensorDataset sums(int examples) {
        Random random = new Random(examples);
        float[] a = new float[3 * examples];
        float[] b = new float[2 * examples];
        float[] y = new float[examples];
        for (int i = 0; i < examples; i++) {
            for (int k = 0; k < 5; k++) {
                float value = random.nextFloat(-1, 1);
                y[i] += value;
                if (k < 3) {
                    a[3 * i + k] = value;
                } else {
                    b[2 * i + k - 3] = value;
                }
            }
        }
        return TensorDataset.of("sums", examples).with("b", b, 2).with("y", y, 1).with("a", a, 3);
    }

    private static Device device(String backend) {
        return Backends.open(backend, DeviceOptions.defaults().withThreads(1));
    }

    private static Trainer trainer(Task task, int examples, Device device, TrainingOptions options) {
        return new Trainer(task, sums(examples), sums(7), device, options);
    }

    private static Map<String, List<Float>> weights(Trainer trainer) {
        Map<String, List<Float>> weights = new LinkedHashMap<>();
        trainer.variables().slots().forEach(slot -> {
            List<Float> values = new ArrayList<>();
            for (float value : trainer.variables().read(slot.variable().name())) {
                values.add(value);
            }
            weights.put(slot.variable().name(), values);
        });
        return weights;
    }

    private static void stopAfter(Trainer trainer, int steps) {
        trainer.run(new TrainingListener() {
            @Override
            public void onStep(Progress progress) {
                if (progress.step() == steps) {
                    trainer.requestStop();
                }
            }

            @Override
            public void onEpoch(Progress progress, Evaluation test) {}
        });
    }

    @ParameterizedTest
    @OnEachDevice
    void aTaskOfSeveralInputsLearns(String backend) {
        try (Device device = device(backend);
                Trainer trainer = trainer(SUM, 61, device, OPTIONS.withEpochs(60))) {
            Evaluation before = trainer.evaluate();
            trainer.run();
            Evaluation after = trainer.evaluate();
            assertThat(after.examples()).isEqualTo(7);
            assertThat(after.metric("mae")).isLessThan(before.metric("mae") / 4);
            assertThat(after.metric("mse")).isCloseTo(after.loss(), within(1e-12));
            assertThat(after.accuracy()).as("it has no classes").isNaN();
            assertThat(after.correct()).isZero();
        }
    }

    /** The last step takes 8 and 5 examples: their mean gradient is that of 13 together. */
    @ParameterizedTest
    @OnEachDevice
    void batchesOfUnequalSizeWeighByTheirExamples(String backend) {
        List<Map<String, List<Float>>> found = new ArrayList<>();
        List<Float> losses = new ArrayList<>();
        for (TrainingOptions options : List.of(
                OPTIONS.withBatchSize(8).withAccumulate(2), OPTIONS.withBatchSize(13), OPTIONS.withBatchSize(64))) {
            try (Device device = device(backend);
                    Trainer trainer = trainer(SUM, 13, device, options.withEpochs(1))) {
                trainer.run();
                assertThat(trainer.progress().step()).isEqualTo(1);
                found.add(weights(trainer));
                losses.add(trainer.progress().loss());
            }
        }
        found.getFirst().forEach((name, values) -> {
            for (int i = 0; i < values.size(); i++) {
                assertThat(values.get(i)).as(name).isCloseTo(Objects.requireNonNull(found.get(1).get(name)).get(i),
                        within(1e-6f));
            }
        });
        assertThat(losses.getFirst()).isCloseTo(losses.get(1), within(1e-6f));
        assertThat(found.get(2)).as("a batch larger than the data").isEqualTo(found.get(1));
    }

    @ParameterizedTest
    @OnEachDevice
    void theLastBatchIsKeptUnlessItIsDropped(String backend) {
        try (Device device = device(backend)) {
            try (Trainer kept = trainer(SUM, 19, device, OPTIONS)) {
                List<Double> losses = new ArrayList<>();
                kept.run(new TrainingListener() {
                    @Override
                    public void onStep(Progress progress) {
                        losses.add((double) progress.loss());
                    }

                    @Override
                    public void onEpoch(Progress progress, Evaluation test) {
                        double mean = (8 * losses.get(0) + 8 * losses.get(1) + 3 * losses.get(2)) / 19;
                        assertThat(progress.meanLoss()).isCloseTo(mean, within(1e-9));
                        assertThat(progress.metric("mse")).isCloseTo(mean, within(1e-6));
                        losses.clear();
                    }
                });
                assertThat(kept.progress().steps()).isEqualTo(6);
            }
            try (Trainer dropped = trainer(SUM, 19, device, OPTIONS.withLastBatch(LastBatch.DROP))) {
                dropped.run();
                assertThat(dropped.progress().step()).isEqualTo(4);
            }
        }
    }

    @ParameterizedTest
    @OnEachDevice(value = {"3 | 1", "2 | 2"}, moreOnTheCpu = {"1 | 1", "2 | 1", "4 | 1", "1 | 2", "3 | 2"})
    void aRunThatWasCutEndsInTheSameBits(String backend, int cut, int accumulate, @TempDir Path folder) {
        TrainingOptions options = OPTIONS.withAccumulate(accumulate)
                .withOptimizer(AdamHyperparameters.ADAMW.withLearningRate(0.01));
        Map<String, List<Float>> whole;
        Evaluation evaluated;
        try (Device device = device(backend); Trainer trainer = trainer(SUM, 19, device, options)) {
            trainer.run();
            whole = weights(trainer);
            evaluated = trainer.evaluate();
        }
        Path written;
        double soFar;
        try (Device device = device(backend); Trainer trainer = trainer(SUM, 19, device, options)) {
            stopAfter(trainer, cut);
            soFar = trainer.progress().metric("mse");
            written = new CheckpointStore(folder).write(cut, trainer.checkpoint());
        }
        try (Device device = device(backend);
                Trainer trainer = trainer(SUM, 19, device, options);
                LoadedCheckpoint checkpoint = CheckpointStore.read(written)) {
            trainer.restore(checkpoint);
            assertThat(trainer.progress().metric("mse")).isEqualTo(Double.valueOf(soFar)); // NaN after an epoch
            trainer.run();
            assertThat(weights(trainer)).isEqualTo(whole);
            assertThat(trainer.evaluate()).isEqualTo(evaluated);
        }
        try (Device device = device(backend);
                Trainer trainer = trainer(SUM, 19, device, options.withLastBatch(LastBatch.DROP));
                LoadedCheckpoint checkpoint = CheckpointStore.read(written)) {
            assertThatThrownBy(() -> trainer.restore(checkpoint))
                    .hasMessageContaining("use the options it was made with");
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void frozenParametersKeepTheirBitsAndHaveNoState(String backend, @TempDir Path folder) {
        Task task = SUM.freezing("left.*", "right.bias");
        TrainingOptions options = OPTIONS.withOptimizer(AdamHyperparameters.ADAMW.withLearningRate(0.01));
        Path written;
        Map<String, List<Float>> after;
        try (Device device = device(backend); Trainer trainer = trainer(task, 19, device, options)) {
            Map<String, List<Float>> before = weights(trainer);
            trainer.run();
            after = weights(trainer);
            before.forEach((name, values) -> {
                if (name.startsWith("left.") || name.equals("right.bias")) {
                    assertThat(after.get(name)).as(name).isEqualTo(values);
                } else {
                    assertThat(after.get(name)).as(name).isNotEqualTo(values);
                }
            });
            assertThat(trainer.variables().parameterElements()).isEqualTo(12 + 6 + 1);
            assertThat(trainer.variables().gradients().bytes()).isEqualTo(trainer.variables().parameters().bytes());
            written = new CheckpointStore(folder).write(1, trainer.checkpoint());
        }
        try (Device device = device(backend);
                Trainer trainer = trainer(task, 19, device, options);
                LoadedCheckpoint checkpoint = CheckpointStore.read(written)) {
            assertThat(checkpoint.model().names()).contains("left.weight", "right.bias");
            assertThat(checkpoint.optimizer().names()).contains("right.weight.exp_avg")
                    .noneMatch(name -> name.startsWith("left."));
            trainer.restore(checkpoint);
            assertThat(weights(trainer)).isEqualTo(after);
        }
        try (Device device = device(backend);
                Trainer other = trainer(SUM, 19, device, options);
                LoadedCheckpoint checkpoint = CheckpointStore.read(written)) {
            assertThatThrownBy(() -> other.load(checkpoint, "body.*")).hasMessageContaining("no variable \"body.*\"");
            List<Float> head = weights(other).get("head.1.weight");
            other.load(checkpoint, "left.*");
            assertThat(weights(other).get("left.weight")).isEqualTo(after.get("left.weight"));
            assertThat(weights(other).get("head.1.weight")).isEqualTo(head);
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void whatDoesNotFitIsRefused(String backend) {
        try (Device device = device(backend)) {
            assertThatThrownBy(() -> trainer(SUM.freezing("body.*"), 19, device, OPTIONS))
                    .hasMessageContaining("no parameter \"body.*\" that could be frozen");
            assertThatThrownBy(() -> trainer(SUM.freezing("*"), 19, device, OPTIONS)).hasMessageContaining("frozen");
            assertThatThrownBy(() -> new Trainer(SUM, TensorDataset.of("one", 9).with("a", new float[27], 3), sums(7),
                    device,
                    OPTIONS)).hasMessageContaining("reads b f32(8x2), but the data set has only [a f32(3)]");
            assertThatThrownBy(() -> new Trainer(SUM, TensorDataset.of("one", 9).with("a", new float[36], 4), sums(7),
                    device,
                    OPTIONS)).hasMessageContaining("reads a f32(8x3), but a batch of the data set has f32(8x4)");
            Task normalized = Task.of("normalized", (graph, batch) -> {
                Value guess = sequential(batchNorm(), linear(1))
                        .apply(graph, "", graph.input("a", TensorType.f32(batch, 3)));
                graph.output("loss", Losses.meanSquaredError(graph, "loss", guess,
                        graph.input("y", TensorType.f32(batch, 1))));
            });
            assertThatThrownBy(() -> trainer(normalized, 17, device, OPTIONS))
                    .hasMessageContaining("the last batch of an epoch has 1 of 17 examples")
                    .hasMessageContaining("or drop the last batch");
            assertThat(device.memory().used()).isZero();
        }
    }

    @Test
    void aStepOverUnequalBatchesAllocatesNothing() {
        try (Device device = device(TestDevices.COUNTED);
                Trainer trainer = trainer(SUM, 13, device, OPTIONS.withEpochs(200).withAccumulate(2))) {
            trainer.run(); // the median of its steps; the first ones are not compiled yet
            assertThat(trainer.measurements().heapBytesPerStep()).isZero();
        }
    }
}

package dev.gatun.train;

import static dev.gatun.nn.Layers.batchNorm;
import static dev.gatun.nn.Layers.dropout;
import static dev.gatun.nn.Layers.flatten;
import static dev.gatun.nn.Layers.linear;
import static dev.gatun.nn.Layers.relu;
import static dev.gatun.nn.Layers.sequential;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.gatun.backend.Device;
import dev.gatun.backend.OnEachDevice;
import dev.gatun.backend.TestDevices;
import dev.gatun.backend.Transfers;
import dev.gatun.data.DataException;
import dev.gatun.data.Dataset;
import dev.gatun.data.Field;
import dev.gatun.data.TensorDataset;
import dev.gatun.data.image.DataSource;
import dev.gatun.data.image.DataSplit;
import dev.gatun.data.image.DigitsOptions;
import dev.gatun.data.image.Normalization;
import dev.gatun.graph.Value;
import dev.gatun.io.CheckpointStore;
import dev.gatun.io.LoadedCheckpoint;
import dev.gatun.memory.NoLeaks;
import dev.gatun.model.Model;
import dev.gatun.nn.loss.Losses;
import dev.gatun.optim.Lookahead;
import dev.gatun.optim.LossScaling;
import dev.gatun.optim.SharpnessAware;
import dev.gatun.optim.Wrappers;
import dev.gatun.optim.schedule.text.RunSchedule;
import dev.gatun.shape.TensorType;
import dev.gatun.train.step.NonFiniteLossException;
import dev.gatun.train.task.ImageClassification;
import dev.gatun.train.task.Task;
import dev.gatun.update.rule.SgdHyperparameters;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongPredicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A run whose results are read as many steps late as the device is tells, keeps and fails with the same as one that
 * waits for each step.
 */
@ExtendWith(NoLeaks.class)
class LateStepsTest {
    private static final Model MODEL = new Model("late", 1, 28, 28, 10, sequential(
            flatten(), linear(8), batchNorm(), relu(), dropout(0.2), linear(10)));
    private static final TrainingOptions OPTIONS = TrainingOptions.defaults().withEpochs(2).withBatchSize(8);
    private static final TrainingOptions HOT = OPTIONS.withSchedule(RunSchedule.CONSTANT)
            .withOptimizer(SgdHyperparameters.DEFAULTS.withLearningRate(1e25).withMomentum(0.9));

    private final DataSplit digits = DataSource.digits(DigitsOptions.defaults().withTrain(60).withTest(10));

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        digits.close();
    }

    /** Writes down what each step came to. */
    private static class Recording implements TrainingListener {
        final List<String> steps = new ArrayList<>();
        private final LongPredicate settled;

        Recording(LongPredicate settled) {
            this.settled = settled;
        }

        @Override
        public void onStep(Progress progress) {
            steps.add(progress.step() + " " + progress.batch() + " " + progress.loss() + " " + progress.meanLoss() + " "
                    + progress.accuracy() + " " + progress.learningRate() + " " + progress.lossScale() + " "
                    + progress.skippedSteps());
        }

        @Override
        public boolean requiresSettledState(long step) {
            return settled.test(step);
        }

        @Override
        public void onEpoch(Progress progress, Evaluation test) {
            steps.add(progress.epoch() + " " + progress.step() + " " + test);
        }
    }

    private static Map<String, byte[]> bytes(Trainer trainer) {
        Map<String, byte[]> bytes = new LinkedHashMap<>();
        bytes.put("parameters", Transfers.bytes(trainer.device(), trainer.variables().parameters()));
        bytes.put("buffers", Transfers.bytes(trainer.device(), trainer.variables().buffers()));
        trainer.optimizer().states().forEach(
                (name, state) -> bytes.put(name, Transfers.bytes(trainer.device(), state)));
        return bytes;
    }

    private static void assertSame(Map<String, byte[]> actual, Map<String, byte[]> expected) {
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        expected.forEach((name, wanted) -> assertThat(actual.get(name)).as(name).isEqualTo(wanted));
    }

    static Stream<Arguments> runs() {
        Wrappers around = Wrappers.NONE.withSharpness(SharpnessAware.DEFAULTS).withLookahead(Lookahead.DEFAULTS);
        return TestDevices.names().flatMap(name -> Stream.of(
                OPTIONS, OPTIONS.withAccumulate(3), OPTIONS.withWrappers(around),
                OPTIONS.withLossScaling(LossScaling.DYNAMIC.withInitial(3e38).withBackoff(0.01).withInterval(3)))
                .map(options -> Arguments.of(name, options)));
    }

    @ParameterizedTest
    @MethodSource("runs")
    void whatAStepCameToIsToldWithThatStep(String backend, TrainingOptions options) {
        Recording waiting = new Recording(_ -> true);
        Recording late = new Recording(_ -> false);
        try (Device device = TestDevices.open(backend);
                Trainer exact = new Trainer(MODEL, digits, device, options);
                Trainer trainer = new Trainer(MODEL, digits, device, options)) {
            exact.run(waiting);
            trainer.run(late);
            assertThat(late.steps).isEqualTo(waiting.steps)
                    .hasSize(Math.toIntExact(trainer.progress().steps()) + options.epochs());
            assertSame(bytes(trainer), bytes(exact));
        }
    }

    /** The state after a step is there only where the listener asked for it: elsewhere, later steps have begun. */
    @ParameterizedTest
    @OnEachDevice
    void aCheckpointWaitsForTheStepsOnTheirWay(String backend) {
        try (Device device = TestDevices.open(backend);
                Trainer trainer = new Trainer(MODEL, digits, device, OPTIONS.withEpochs(1));
                LoadedCheckpoint begin = CheckpointStore.read(
                        new CheckpointStore(folder).write(0, trainer.checkpoint()))) {
            int depth = device.stream().depth();
            trainer.run(new Recording(step -> step == 5) {
                @Override
                public void onStep(Progress progress) {
                    super.onStep(progress);
                    long last = progress.step() <= 5 ? 5 : progress.steps();
                    long pending = Math.min(depth, last - progress.step());
                    if (pending == 0) {
                        trainer.checkpoint().close();
                        trainer.evaluate();
                    } else {
                        String wanted = pending + " steps after step " + progress.step();
                        assertThatThrownBy(trainer::checkpoint).isInstanceOf(IllegalStateException.class)
                                .hasMessageContaining(wanted)
                                .hasMessageContaining("requiresSettledState(" + progress.step());
                        assertThatThrownBy(trainer::evaluate).isInstanceOf(IllegalStateException.class)
                                .hasMessageContaining(wanted);
                        assertThatThrownBy(() -> trainer.restore(begin)).isInstanceOf(IllegalStateException.class)
                                .hasMessageContaining(wanted).hasMessageContaining("going on from a checkpoint needs");
                        assertThatThrownBy(() -> trainer.load(begin, "*")).isInstanceOf(IllegalStateException.class)
                                .hasMessageContaining(wanted).hasMessageContaining("taking variables from a");
                    }
                }
            });
            assertThat(trainer.progress().step()).isEqualTo(8);
        }
    }

    static Stream<Arguments> overflows() {
        TrainingOptions sharp = OPTIONS.withWrappers(
                Wrappers.NONE.withSharpness(new SharpnessAware(1e38, SharpnessAware.DEFAULTS.sharpness())));
        return TestDevices.names().flatMap(name -> Stream.of(
                HOT, HOT.withAccumulate(2), HOT.withLossScaling(new LossScaling.Fixed(2)), sharp)
                .map(options -> Arguments.of(name, options)));
    }

    /** A run that waits for each step is the measure; the test of the trainer says what that comes to. */
    @ParameterizedTest
    @MethodSource("overflows")
    void aLossThatOverflowsEndsTheRunAsIfNothingHadFollowed(String backend, TrainingOptions options) {
        Recording waiting = new Recording(_ -> true);
        Recording late = new Recording(_ -> false);
        try (Device device = TestDevices.open(backend);
                Trainer exact = new Trainer(MODEL, digits, device, options);
                Trainer trainer = new Trainer(MODEL, digits, device, options)) {
            NonFiniteLossException wanted =
                    catchThrowableOfType(NonFiniteLossException.class, () -> exact.run(waiting));
            NonFiniteLossException found = catchThrowableOfType(NonFiniteLossException.class, () -> trainer.run(late));
            assertThat(found).hasMessage(wanted.getMessage());
            assertThat(found.getMessage()).contains("the first non-finite value is in ").doesNotContain("nothing:");
            assertThat(found.step()).isEqualTo(wanted.step()).isEqualTo(trainer.progress().step() + 1);
            assertThat(late.steps).isEqualTo(waiting.steps);
            assertSame(bytes(trainer), bytes(exact));
            assertThat(trainer.optimizer().steps()).isEqualTo(trainer.progress().step());
            assertThat(trainer.schedules().learningRate()).isEqualTo(exact.schedules().learningRate());
            trainer.checkpoint().close();
            assertThatThrownBy(() -> trainer.run(late)).as("again").hasMessage(wanted.getMessage());
            assertThat(late.steps).isEqualTo(waiting.steps);
        }
    }

    /** The steps behind the one that its listener failed at were submitted: they count, and the run goes on there. */
    @ParameterizedTest
    @OnEachDevice
    void aListenerThatFailsLosesNoStep(String backend) {
        Map<String, byte[]> whole;
        Recording all = new Recording(_ -> false);
        try (Device device = TestDevices.open(backend); Trainer trainer = new Trainer(MODEL, digits, device, OPTIONS)) {
            trainer.run(all);
            whole = bytes(trainer);
        }
        try (Device device = TestDevices.open(backend); Trainer trainer = new Trainer(MODEL, digits, device, OPTIONS)) {
            assertThatThrownBy(() -> trainer.run(new Recording(_ -> false) {
                @Override
                public void onStep(Progress progress) {
                    if (progress.step() == 3) {
                        throw new IllegalStateException("no room for the table");
                    }
                }
            })).hasMessage("no room for the table");
            assertThat(trainer.progress().step()).isEqualTo(3L + device.stream().depth());
            Recording rest = new Recording(_ -> false);
            trainer.run(rest);
            assertThat(rest.steps).isEqualTo(all.steps.subList(3 + device.stream().depth(), all.steps.size()));
            assertSame(bytes(trainer), whole);
        }
    }

    /** One image is damaged, and by the time that shows, later batches are in the program. */
    @ParameterizedTest
    @OnEachDevice
    void theBatchThatWasNotFiniteIsTheOneThatIsLookedAt(String backend) {
        float[] x = new float[60 * 3];
        float[] y = new float[60];
        x[5 * 8 * 3] = Float.POSITIVE_INFINITY;
        Task task = Task.of("damaged", (graph, batch) -> {
            Value guess = linear(1).apply(graph, "fc", graph.input("x", TensorType.f32(batch, 3)));
            graph.output("loss", Losses.meanSquaredError(graph, "mse", guess,
                    graph.input("y", TensorType.f32(batch, 1))));
        });
        Recording told = new Recording(_ -> false);
        try (TensorDataset examples = TensorDataset.of("damaged", 60).with("x", x, 3).with("y", y, 1);
                TensorDataset test = TensorDataset.of("whole", 4).with("x", new float[12], 3)
                        .with("y", new float[4], 1);
                Device device = TestDevices.open(backend);
                Trainer trainer = new Trainer(task, examples, test, device, OPTIONS)) {
            assertThatThrownBy(() -> trainer.run(told)).isInstanceOf(NonFiniteLossException.class)
                    .hasMessageContaining("the first non-finite value is in x (the input itself)");
            assertThat(told.steps).hasSize(Math.toIntExact(trainer.progress().step())).hasSizeBetween(1, 7);
            failBefore(task, examples, test, device, told.steps.size(), () -> x[5 * 8 * 3] = 0);
        }
    }

    /** The listener fails while the step that halts the device is on its way; mended data are trained on after that. */
    private static void failBefore(
            Task task, Dataset examples, Dataset test, Device device, int last, Runnable mend) {
        try (Trainer trainer = new Trainer(task, examples, test, device, OPTIONS)) {
            assertThatThrownBy(() -> trainer.run(new Recording(_ -> false) {
                @Override
                public void onStep(Progress progress) {
                    if (progress.step() == last) {
                        throw new IllegalStateException("no room for the table");
                    }
                }
            })).hasMessage("no room for the table");
            assertThat(trainer.progress().step()).isEqualTo(last);
            mend.run();
            trainer.run();
            assertThat(trainer.progress().isComplete()).isTrue();
        }
    }

    /** What halted the device is gone with the failure: the run goes on as if it had not been. */
    @ParameterizedTest
    @OnEachDevice
    void aRunWhoseParametersAreMendedGoesOn(String backend) {
        Map<String, byte[]> whole;
        try (Device device = TestDevices.open(backend); Trainer trainer = new Trainer(MODEL, digits, device, OPTIONS)) {
            trainer.run();
            whole = bytes(trainer);
        }
        try (Device device = TestDevices.open(backend); Trainer trainer = new Trainer(MODEL, digits, device, OPTIONS)) {
            float[] weights = Transfers.floats(device, trainer.variables().parameters());
            float[] damaged = weights.clone();
            damaged[0] = Float.NaN;
            Transfers.write(device, trainer.variables().parameters(), damaged);
            assertThatThrownBy(trainer::run).isInstanceOf(NonFiniteLossException.class).hasMessageContaining("step 1");
            Transfers.write(device, trainer.variables().parameters(), weights);
            trainer.run();
            assertSame(bytes(trainer), whole);
        }
    }

    /** Data that cannot be read ends the run after all steps before it were told. */
    @ParameterizedTest
    @OnEachDevice
    void theStepsBeforeABatchThatCannotBeReadAreTold(String backend) {
        Normalization normalization = Normalization.measure(digits.train(), 60);
        Dataset images = ImageClassification.examples(MODEL, digits.train(), normalization, List.of(), 1);
        Dataset damaged = new Dataset() {
            @Override
            public String name() {
                return images.name();
            }

            @Override
            public int size() {
                return images.size();
            }

            @Override
            public List<Field> fields() {
                return images.fields();
            }

            @Override
            public Reader reader() {
                Reader reader = images.reader();
                return (example, epoch, batch, row) -> {
                    if (batch.indexInEpoch() == 5) {
                        throw new DataException("example " + example, "it is damaged", "replace it");
                    }
                    reader.read(example, epoch, batch, row);
                };
            }
        };
        Recording told = new Recording(_ -> false);
        try (Device device = TestDevices.open(backend);
                Trainer trainer = new Trainer(ImageClassification.of(MODEL, normalization), damaged, images, device,
                        OPTIONS)) {
            assertThatThrownBy(() -> trainer.run(told)).isInstanceOf(DataException.class);
            assertThat(told.steps).hasSize(5);
            assertThat(trainer.progress().step()).isEqualTo(5);
            trainer.checkpoint().close();
        }
    }
}

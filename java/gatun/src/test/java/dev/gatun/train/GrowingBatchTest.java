package dev.gatun.train;

import static dev.gatun.nn.Layers.batchNorm;
import static dev.gatun.nn.Layers.conv2d;
import static dev.gatun.nn.Layers.dropout;
import static dev.gatun.nn.Layers.flatten;
import static dev.gatun.nn.Layers.linear;
import static dev.gatun.nn.Layers.maxPool;
import static dev.gatun.nn.Layers.relu;
import static dev.gatun.nn.Layers.sequential;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatun.backend.Device;
import dev.gatun.backend.OnEachDevice;
import dev.gatun.backend.TestDevices;
import dev.gatun.backend.Transfers;
import dev.gatun.compress.Snapshot;
import dev.gatun.compress.distill.Distillation;
import dev.gatun.compress.distill.Teacher;
import dev.gatun.data.LastBatch;
import dev.gatun.data.image.DataSource;
import dev.gatun.data.image.DataSplit;
import dev.gatun.data.image.DigitsOptions;
import dev.gatun.data.image.Normalization;
import dev.gatun.dist.GroupOptions;
import dev.gatun.dist.ProcessGroup;
import dev.gatun.dist.local.ThreadRanks;
import dev.gatun.io.Checkpoint;
import dev.gatun.io.CheckpointException;
import dev.gatun.io.CheckpointStore;
import dev.gatun.io.LoadedCheckpoint;
import dev.gatun.memory.MemoryBudget;
import dev.gatun.memory.NoLeaks;
import dev.gatun.model.Model;
import dev.gatun.optim.StochasticAverage;
import dev.gatun.optim.Wrappers;
import dev.gatun.optim.schedule.text.RunSchedule;
import dev.gatun.optim.schedule.text.RunSchedules;
import dev.gatun.train.epoch.BatchGrowth;
import dev.gatun.update.Scheduled;
import dev.gatun.update.rule.SgdHyperparameters;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Batches that grow from epoch to epoch. */
@ExtendWith(NoLeaks.class)
class GrowingBatchTest {
    private static final Model PLAIN = new Model("plain", 1, 28, 28, 10,
            sequential(flatten(), linear(12), relu(), linear(10)));
    private static final Model NORMALIZED = new Model("normalized", 1, 28, 28, 10,
            sequential(conv2d(3, 5).stride(2), batchNorm(), relu(), maxPool(2), flatten(), dropout(0.2), linear(10)));
    /** 90 images: 12 steps (of 8, the last of 2), then 6 (of 16, the last of 10), then 3 (of 32, the last of 26). */
    private static final TrainingOptions OPTIONS = TrainingOptions.defaults().withEpochs(4).withBatchSize(8)
            .withGrowth(BatchGrowth.parse("2x@1epochs,2epochs"));
    private static final int IMAGES = 90;

    private final DataSplit digits = DataSource.digits(DigitsOptions.defaults().withTrain(IMAGES).withTest(21));

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        digits.close();
    }

    private Trainer trainer(Device device, Model model, TrainingOptions options, @Nullable ProcessGroup group) {
        return new Trainer(model, digits, device, options, Trainer.normalization(digits), null, group);
    }

    private static Map<String, byte[]> state(Trainer trainer) {
        Map<String, byte[]> state = new LinkedHashMap<>();
        state.put("parameters", Transfers.bytes(trainer.device(), trainer.variables().parameters()));
        state.put("buffers", Transfers.bytes(trainer.device(), trainer.variables().buffers()));
        trainer.optimizer().states().forEach((name, memory) ->
                state.put(name, Transfers.bytes(trainer.device(), memory)));
        return state;
    }

    private static void assertSame(Map<String, byte[]> actual, Map<String, byte[]> expected) {
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        expected.forEach((name, bytes) -> assertThat(actual.get(name)).as(name).isEqualTo(bytes));
    }

    private static Map<String, float[]> values(Trainer trainer) {
        Map<String, float[]> values = new LinkedHashMap<>();
        trainer.variables().slots().forEach(slot -> values.put(slot.variable().name(),
                trainer.variables().read(slot.variable().name())));
        return values;
    }

    /** What each step was: its size, how many the epoch has, the learning rate. */
    private static List<String> steps(Trainer trainer) {
        List<String> steps = new ArrayList<>();
        trainer.run(new TrainingListener() {
            @Override
            public void onEpoch(Progress progress, Evaluation test) {}

            @Override
            public void onStep(Progress progress) {
                steps.add(progress.batch() + "/" + progress.batches() + " of " + progress.stepExamples() + " at "
                        + progress.learningRate());
            }
        });
        return steps;
    }

    private static TrainingListener stopAt(Trainer trainer, long step) {
        return new TrainingListener() {
            @Override
            public void onEpoch(Progress progress, Evaluation test) {}

            @Override
            public boolean requiresSettledState(long at) {
                return at == step;
            }

            @Override
            public void onStep(Progress progress) {
                if (progress.step() == step) {
                    trainer.requestStop();
                }
            }
        };
    }

    private Path save(CheckpointStore store, Trainer trainer) {
        try (Checkpoint checkpoint = trainer.checkpoint()) {
            store.write(trainer.progress().step(), checkpoint);
        }
        return store.latest().orElseThrow();
    }

    /**
     * Plain gradient descent has no state but the weights, and the order of an epoch's images depends on seed and epoch
     * only: so the second epoch of a run of larger batches, given the weights of the first epoch of a run of smaller
     * ones, does what a run does whose batch grows in between.
     */
    @ParameterizedTest
    @OnEachDevice
    void theResultIsThatOfRunsOfEachSize(String backend) {
        TrainingOptions options = OPTIONS.withEpochs(2).withGrowth(BatchGrowth.NONE)
                .withSchedules(RunSchedules.CONSTANT)
                .withOptimizer(SgdHyperparameters.DEFAULTS.withLearningRate(0.05).withMomentum(0));
        for (String rate : List.of("", ",lr=linear")) {
            try (Device device = TestDevices.open(backend);
                    Trainer grown = trainer(device, PLAIN,
                            options.withGrowth(BatchGrowth.parse("2x@1epochs" + rate)), null);
                    Trainer small = trainer(device, PLAIN, options, null);
                    Trainer large = trainer(device, PLAIN, options.withBatchSize(16).withOptimizer(
                            options.optimizer().with(Scheduled.LEARNING_RATE,
                            rate.isEmpty() ? 0.05 : 0.1)), null)) {
                grown.run();
                small.run(stopAfterEpoch(small));
                large.run(stopAfterEpoch(large));
                Path saved = save(new CheckpointStore(folder.resolve(backend + rate)), small);
                try (LoadedCheckpoint checkpoint = CheckpointStore.read(saved)) {
                    large.load(checkpoint, "*");
                }
                assertThat(values(large)).isNotEqualTo(values(grown));
                large.run();
                values(large).forEach((name, expected) ->
                        assertThat(values(grown).get(name)).as(name).isEqualTo(expected));
            }
        }
    }

    private static TrainingListener stopAfterEpoch(Trainer trainer) {
        return new TrainingListener() {
            @Override
            public void onEpoch(Progress progress, Evaluation test) {}

            @Override
            public void afterEpoch(Progress progress) {
                trainer.requestStop();
            }
        };
    }

    @Test
    void stepsAreCountedWithEachSize() {
        try (Device device = TestDevices.open("cpu");
                Trainer trainer = trainer(device, PLAIN, OPTIONS.withSchedules(RunSchedules.CONSTANT)
                        .withGrowth(BatchGrowth.parse("2x@1epochs,2epochs,lr=sqrt")), null)) {
            assertThat(trainer.progress().steps()).isEqualTo(12 + 6 + 3 + 3);
            List<String> steps = steps(trainer);
            assertThat(steps).hasSize(24);
            assertThat(steps.get(0)).isEqualTo("1/12 of 8 at 0.002");
            assertThat(steps.get(11)).isEqualTo("12/12 of 2 at 0.002");
            assertThat(steps.get(12)).isEqualTo("1/6 of 16 at " + 0.002 * Math.sqrt(2));
            assertThat(steps.get(17)).isEqualTo("6/6 of 10 at " + 0.002 * Math.sqrt(2));
            assertThat(steps.get(18)).isEqualTo("1/3 of 32 at 0.004");
            assertThat(steps.get(23)).isEqualTo("3/3 of 26 at 0.004");
            assertThat(trainer.progress().isComplete()).isTrue();
            assertThat(trainer.programs().all().stream().map(each -> each.size()).toList())
                    .containsExactly(8, 2, 16, 10, 32, 26);
        }
    }

    @Test
    void aScheduleEndsWithTheRun() {
        try (Device device = TestDevices.open("cpu");
                Trainer trainer = trainer(device, PLAIN, OPTIONS.withSchedules(
                        RunSchedules.CONSTANT.withLearningRate(
                        RunSchedule.parse("linear"))), null)) {
            List<String> steps = steps(trainer);
            assertThat(steps.get(23)).endsWith("at " + 0.002 * (1 - 23 / 24.0));
        }
    }

    @Test
    void accumulatedBatchesGrowToo() {
        try (Device device = TestDevices.open("cpu");
                Trainer trainer = trainer(device, PLAIN, OPTIONS.withAccumulate(4).withLastBatch(LastBatch.DROP),
                        null)) {
            List<String> steps = steps(trainer).stream().map(each -> each.replaceFirst(" at .*", "")).toList();
            assertThat(steps).containsExactly("1/3 of 32", "2/3 of 32", "3/3 of 24", "1/2 of 64", "2/2 of 16",
                    "1/1 of 64", "1/1 of 64");
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void aResumedRunIsTheUnbrokenOne(String backend) {
        try (Device device = TestDevices.open(backend); Trainer unbroken = trainer(device, NORMALIZED, OPTIONS, null)) {
            unbroken.run();
            Map<String, byte[]> expected = state(unbroken);
            for (long step : new long[] {5, 12, 13, 18, 22}) { // after 12 and 18 steps the batch grows
                Path saved;
                try (Trainer stopped = trainer(device, NORMALIZED, OPTIONS, null)) {
                    stopped.run(stopAt(stopped, step));
                    saved = save(new CheckpointStore(folder.resolve(backend + step)), stopped);
                    assertThat(stopped.progress().step()).isEqualTo(step);
                }
                try (Trainer resumed = trainer(device, NORMALIZED, OPTIONS, null);
                        LoadedCheckpoint checkpoint = CheckpointStore.read(saved)) {
                    resumed.restore(checkpoint);
                    resumed.run();
                    assertSame(state(resumed), expected);
                    assertThat(resumed.lastEvaluation()).isEqualTo(unbroken.lastEvaluation());
                }
            }
        }
    }

    @Test
    void aCheckpointOfAnotherGrowthIsRefused() {
        try (Device device = TestDevices.open("cpu"); Trainer first = trainer(device, PLAIN, OPTIONS, null)) {
            first.run(stopAt(first, 14));
            Path saved = save(new CheckpointStore(folder), first);
            try (LoadedCheckpoint checkpoint = CheckpointStore.read(saved)) {
                refused(device, checkpoint, OPTIONS.withGrowth(BatchGrowth.NONE),
                        "was made with growth of the batch 2x@1epochs,2epochs, this run has none");
                refused(device, checkpoint, OPTIONS.withGrowth(BatchGrowth.parse("4x@1epochs,2epochs")),
                        "this run has 4x@1epochs,2epochs; use the options it was made with");
                try (Trainer longer = trainer(device, PLAIN, OPTIONS.withEpochs(8), null)) {
                    longer.restore(checkpoint);
                    assertThat(longer.progress().step()).isEqualTo(14);
                    assertThat(longer.progress().steps()).isEqualTo(12 + 6 + 3 * 6);
                }
            }
        }
    }

    @Test
    void aRunThatGrewAtAShareOfItIsNotMadeLonger() {
        TrainingOptions half = OPTIONS.withGrowth(BatchGrowth.parse("2x@50%"));
        try (Device device = TestDevices.open("cpu"); Trainer first = trainer(device, PLAIN, half, null)) {
            first.run(stopAt(first, 24)); // two epochs of 12 steps: it has not grown
            Path before = save(new CheckpointStore(folder.resolve("before")), first);
            first.run(stopAt(first, 25));
            Path after = save(new CheckpointStore(folder.resolve("after")), first);
            try (LoadedCheckpoint checkpoint = CheckpointStore.read(after)) {
                refused(device, checkpoint, half.withEpochs(6), "in a run of 4 epochs the batch had grown at other"
                        + " epochs than 2x@50% says of 6");
            }
            try (LoadedCheckpoint checkpoint = CheckpointStore.read(before);
                    Trainer longer = trainer(device, PLAIN, half.withEpochs(6), null)) {
                longer.restore(checkpoint);
                longer.run();
                assertThat(longer.progress().step()).isEqualTo(3 * 12 + 3 * 6);
            }
        }
    }

    private void refused(Device device, LoadedCheckpoint checkpoint, TrainingOptions options, String why) {
        try (Trainer trainer = trainer(device, PLAIN, options, null)) {
            assertThatThrownBy(() -> trainer.restore(checkpoint)).isInstanceOf(CheckpointException.class)
                    .hasMessageContaining(why).hasMessageNotContaining("\n");
        }
    }

    /** Four ranks with equal shares are one rank that accumulates four batches. */
    @ParameterizedTest
    @OnEachDevice
    void ranksComputeWhatOneDoesThatAccumulates(String backend) {
        try (DataSplit even = DataSource.digits(DigitsOptions.defaults().withTrain(128).withTest(8))) {
            Map<Integer, Map<String, byte[]>> all = new ConcurrentHashMap<>();
            TrainingOptions options = OPTIONS.withGrowth(BatchGrowth.parse("2x@1epochs,2epochs,lr=linear"));
            ThreadRanks.run(4, GroupOptions.DEFAULTS.withTimeout(Duration.ofMinutes(1)), MemoryBudget.unlimited(),
                    group -> {
                        try (Device device = TestDevices.open(backend);
                                Trainer trainer = new Trainer(PLAIN, even, device, options,
                                        Trainer.normalization(even), null, group)) {
                            trainer.run();
                            assertThat(trainer.progress().step()).isEqualTo(16 + 8 + 4 + 4);
                            all.put(group.rank(), state(trainer));
                        }
                    });
            try (Device device = TestDevices.open(backend);
                    Trainer alone = new Trainer(PLAIN, even, device, options.withBatchSize(2).withAccumulate(4),
                            Trainer.normalization(even))) {
                alone.run();
                all.forEach((_, rank) -> assertSame(rank, state(alone)));
            }
            assertThat(all).hasSize(4);
        }
    }

    /** 90 images in batches of 7, 14, 28: the last one of 6 leaves shares of 3, and shares are unequal. */
    @Test
    void ranksWithUnequalSharesStayAlike() {
        Map<Integer, Map<String, byte[]>> all = new ConcurrentHashMap<>();
        TrainingOptions options = OPTIONS.withBatchSize(7);
        ThreadRanks.run(2, GroupOptions.DEFAULTS.withTimeout(Duration.ofMinutes(1)), MemoryBudget.unlimited(),
                group -> {
                    try (Device device = TestDevices.open("cpu");
                            Trainer trainer = trainer(device, NORMALIZED, options, group)) {
                        trainer.run();
                        assertThat(trainer.progress().step()).isEqualTo(13 + 7 + 4 + 4);
                        all.put(group.rank(), state(trainer));
                    }
                });
        assertThat(all).hasSize(2);
        all.forEach((_, rank) -> assertSame(rank, Objects.requireNonNull(all.get(0))));
    }

    @Test
    void aStepAllocatesNothing() {
        TrainingOptions options = OPTIONS.withEpochs(12);
        try (Device device = TestDevices.open("cpu"); Trainer trainer = trainer(device, NORMALIZED, options, null)) {
            trainer.evaluate(); // compiles
            long before = device.memory().used();
            trainer.run();
            assertThat(trainer.measurements().heapBytesPerStep()).isZero();
            assertThat(device.memory().used()).isEqualTo(before);
        }
    }

    /** By itself, by a teacher that computes along, and by one whose scores are kept. */
    @ParameterizedTest
    @ValueSource(strings = {"mutual", "kd:t=4:weight=0..1", "cached+kd:t=4"})
    void distilledRunsGrow(String method) {
        TrainingOptions options = OPTIONS.withDistillation(Distillation.parse(method));
        Normalization normalization = Trainer.normalization(digits);
        Teacher teacher = options.distillation().needsTeacher() ? teacher(normalization) : null;
        try (Device device = TestDevices.open("cpu");
                Trainer trainer = new Trainer(PLAIN, digits, device, options, normalization, teacher)) {
            trainer.run();
            assertThat(trainer.progress().step()).isEqualTo(24);
        }
    }

    private Teacher teacher(Normalization normalization) {
        Map<String, float[]> values = new LinkedHashMap<>();
        Snapshot.variables(PLAIN).forEach(variable -> {
            float[] elements = new float[Math.toIntExact(variable.shape().elements())];
            for (int i = 0; i < elements.length; i++) {
                elements[i] = (i % 7 - 3) / 20f;
            }
            values.put(variable.name(), elements);
        });
        return new Teacher(new Snapshot(PLAIN, values), digits.train().classNames(), normalization);
    }

    @Test
    void anAverageOfTheWeightsMeasuresTheBatchesOfItsEpoch() {
        TrainingOptions options = OPTIONS.withWrappers(Wrappers.NONE.withAverage(
                StochasticAverage.from(3).withLearningRate(0.001)));
        try (Device device = TestDevices.open("cpu"); Trainer trainer = trainer(device, NORMALIZED, options, null)) {
            List<String> steps = steps(trainer);
            assertThat(steps.get(17)).doesNotEndWith("at 0.001");
            assertThat(steps.get(18)).isEqualTo("1/3 of 32 at 0.001");
            assertThat(trainer.evaluate().loss()).isFinite();
        }
    }

    @Test
    void aRunThatIsTooShortToGrowIsRefused() {
        try (Device device = TestDevices.open("cpu")) {
            assertThatThrownBy(() -> trainer(device, PLAIN, OPTIONS.withEpochs(2), null))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("the batch is to grow at 2epochs of a run of 2 epochs");
        }
    }
}

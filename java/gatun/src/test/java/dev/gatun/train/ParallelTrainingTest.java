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
import static org.assertj.core.api.Assertions.within;

import dev.gatun.backend.Device;
import dev.gatun.backend.OnEachDevice;
import dev.gatun.backend.TestDevices;
import dev.gatun.backend.Transfers;
import dev.gatun.data.LastBatch;
import dev.gatun.data.image.DataSource;
import dev.gatun.data.image.DataSplit;
import dev.gatun.data.image.DigitsOptions;
import dev.gatun.dist.GroupException;
import dev.gatun.dist.GroupOptions;
import dev.gatun.dist.ProcessGroup;
import dev.gatun.dist.RankLostException;
import dev.gatun.dist.local.ThreadRanks;
import dev.gatun.io.Checkpoint;
import dev.gatun.io.CheckpointStore;
import dev.gatun.io.LoadedCheckpoint;
import dev.gatun.memory.MemoryBudget;
import dev.gatun.memory.NoLeaks;
import dev.gatun.model.Model;
import dev.gatun.optim.SharpnessAware;
import dev.gatun.optim.Wrappers;
import dev.gatun.train.parallel.BucketSizes;
import dev.gatun.train.parallel.ParallelOptions;
import dev.gatun.update.rule.SgdHyperparameters;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several ranks that train one model, compared with one. */
@ExtendWith(NoLeaks.class)
class ParallelTrainingTest {
    private static final Model PLAIN = new Model("plain", 1, 28, 28, 10,
            sequential(flatten(), linear(12), relu(), dropout(0.3), linear(10)));
    private static final Model NORMALIZED = new Model("normalized", 1, 28, 28, 10,
            sequential(conv2d(3, 5).stride(2), batchNorm(), relu(), maxPool(2), flatten(), linear(10)));
    private static final TrainingOptions OPTIONS = TrainingOptions.defaults().withEpochs(2).withBatchSize(8)
            .withParallel(ParallelOptions.DEFAULTS.withBuckets(new BucketSizes(100, 2_000)));
    private static final int IMAGES = 128;

    private final DataSplit digits = DataSource.digits(DigitsOptions.defaults().withTrain(IMAGES).withTest(21));

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        digits.close();
    }

    /** What a rank has after its run. */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares them as records
    private record Trained(Map<String, byte[]> state, float[] values, Evaluation evaluation, List<String> reports) {}

    /** What a rank does with its trainer. */
    @FunctionalInterface
    private interface Run {
        void with(Trainer trainer, List<String> reports);
    }

    private Trained trained(
            String backend, Model model, TrainingOptions options, @Nullable ProcessGroup group, Run run) {
        List<String> reports = new ArrayList<>();
        try (Device device = TestDevices.open(backend);
                Trainer trainer = new Trainer(model, digits, device, options, Trainer.normalization(digits), null,
                        group)) {
            run.with(trainer, reports);
            Map<String, byte[]> state = new LinkedHashMap<>();
            state.put("parameters", Transfers.bytes(device, trainer.variables().parameters()));
            state.put("buffers", Transfers.bytes(device, trainer.variables().buffers()));
            trainer.optimizer().states().forEach((name, memory) -> state.put(name, Transfers.bytes(device, memory)));
            return new Trained(state, values(trainer), trainer.evaluate(), reports);
        }
    }

    private static float[] values(Trainer trainer) {
        List<float[]> all = trainer.variables().slots().stream()
                .map(slot -> trainer.variables().read(slot.variable().name())).toList();
        float[] values = new float[all.stream().mapToInt(each -> each.length).sum()];
        int at = 0;
        for (float[] each : all) {
            System.arraycopy(each, 0, values, at, each.length);
            at += each.length;
        }
        return values;
    }

    private static void toTheEnd(Trainer trainer, List<String> reports) {
        trainer.run((progress, evaluation) -> reports.add(progress.step() + ": " + progress.meanLoss() + " "
                + progress.accuracy() + " " + evaluation.accuracy()));
    }

    /** The first of several, all of which have the same. */
    private Trained together(
            int ranks, String backend, Model model, TrainingOptions options, Run run) {
        Map<Integer, Trained> all = new ConcurrentHashMap<>();
        inThreads(ranks, group -> all.put(group.rank(), trained(backend, model, options, group, run)));
        Trained first = Objects.requireNonNull(all.get(0));
        for (Trained rank : all.values()) {
            assertSame(rank, first);
        }
        return first;
    }

    private static void inThreads(int ranks, ThreadRanks.Work work) {
        ThreadRanks.run(ranks, GroupOptions.DEFAULTS.withTimeout(Duration.ofMinutes(1)), MemoryBudget.unlimited(),
                work);
    }

    private static void assertSame(Trained actual, Trained expected) {
        assertThat(actual.state().keySet()).isEqualTo(expected.state().keySet());
        expected.state().forEach((name, bytes) -> assertThat(actual.state().get(name)).as(name).isEqualTo(bytes));
        assertThat(actual.reports()).isEqualTo(expected.reports());
    }

    @ParameterizedTest
    @OnEachDevice(value = {"2"}, moreOnTheCpu = {"1", "4"})
    void ranksComputeWhatOneDoesThatAccumulates(String backend, int ranks) {
        Trained alone = trained(backend, PLAIN, OPTIONS.withAccumulate(ranks), null, ParallelTrainingTest::toTheEnd);
        Trained rank = together(ranks, backend, PLAIN, OPTIONS.withBatchSize(8 * ranks),
                ParallelTrainingTest::toTheEnd);
        assertSame(rank, alone);
        assertThat(rank.evaluation().accuracy()).isEqualTo(alone.evaluation().accuracy());
        assertThat(rank.evaluation().examples()).isEqualTo(21);
        assertThat(rank.evaluation().loss()).isCloseTo(alone.evaluation().loss(), within(1e-6));
    }

    @Test
    void ranksThatAccumulateDropWhatOneRankDrops() { // their sums are taken in another order
        TrainingOptions options = OPTIONS.withOptimizer(SgdHyperparameters.DEFAULTS);
        Trained alone = trained("cpu", PLAIN, options.withAccumulate(4), null, ParallelTrainingTest::toTheEnd);
        Trained rank = together(2, "cpu", PLAIN, options.withBatchSize(16).withAccumulate(2),
                ParallelTrainingTest::toTheEnd);
        for (int i = 0; i < rank.values().length; i++) {
            assertThat(rank.values()[i]).isCloseTo(alone.values()[i], within(1e-6f));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {9, 25, 50, 127})
    void sharesOfAnySizeAreTheWholeBatch(int batch) { // 128 % 127 leaves ranks without an example
        Model model = new Model("plain", 1, 28, 28, 10, sequential(flatten(), linear(12), relu(), linear(10)));
        TrainingOptions options = OPTIONS.withBatchSize(batch);
        Trained alone = trained("cpu", model, options, null, ParallelTrainingTest::toTheEnd);
        Trained rank = together(3, "cpu", model, options, ParallelTrainingTest::toTheEnd);
        assertThat(rank.values()).hasSameSizeAs(alone.values());
        for (int i = 0; i < rank.values().length; i++) {
            assertThat(rank.values()[i]).isCloseTo(alone.values()[i], within(1e-4f));
        }
        assertThat(rank.evaluation().loss()).isCloseTo(alone.evaluation().loss(), within(1e-4));
    }

    @ParameterizedTest
    @OnEachDevice
    void runningStatisticsStayTheSameOnAllRanks(String backend) {
        Trained rank = together(3, backend, NORMALIZED, OPTIONS.withBatchSize(21).withAccumulate(2)
                        .withLastBatch(LastBatch.DROP),
                ParallelTrainingTest::toTheEnd);
        assertThat(rank.evaluation().loss()).isFinite();
    }

    @ParameterizedTest
    @OnEachDevice
    void synchronizedBatchNormalisationIsThatOfTheWholeBatch(String backend) {
        // The last batch has 3 examples. Adam would make whole steps of the rounding errors of a bias before a norm.
        TrainingOptions options = OPTIONS.withBatchSize(25).withOptimizer(SgdHyperparameters.DEFAULTS);
        Trained alone = trained(backend, NORMALIZED, options, null, ParallelTrainingTest::toTheEnd);
        Trained rank = together(3, backend, NORMALIZED,
                options.withParallel(options.parallel().withBatchNorm(ParallelOptions.BatchNormScope.ALL_RANKS)),
                ParallelTrainingTest::toTheEnd);
        for (int i = 0; i < rank.values().length; i++) {
            assertThat(rank.values()[i]).isCloseTo(alone.values()[i], within(1e-4f));
        }
        assertThat(rank.evaluation().loss()).isCloseTo(alone.evaluation().loss(), within(1e-4));
    }

    @Test
    void synchronizedBatchNormalisationNeedsAnExampleOnEachRank() {
        assertThatThrownBy(() -> inThreads(3, group -> trained("cpu", NORMALIZED, OPTIONS.withBatchSize(63)
                .withParallel(OPTIONS.parallel().withBatchNorm(ParallelOptions.BatchNormScope.ALL_RANKS)), group,
                ParallelTrainingTest::toTheEnd))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("drop the last batch");
    }

    @Test
    void aSecondPassGoesWithRanks() {
        together(2, "cpu", NORMALIZED, OPTIONS.withBatchSize(33).withLastBatch(LastBatch.DROP)
                        .withWrappers(Wrappers.NONE.withSharpness(SharpnessAware.DEFAULTS)),
                ParallelTrainingTest::toTheEnd);
    }

    @ParameterizedTest
    @OnEachDevice
    void aStoppedRunGoesOnBitForBit(String backend) {
        TrainingOptions options = OPTIONS.withBatchSize(16);
        Trained unbroken = together(2, backend, NORMALIZED, options, ParallelTrainingTest::toTheEnd);
        CheckpointStore store = new CheckpointStore(folder.resolve(backend));
        together(2, backend, NORMALIZED, options, (trainer, _) -> {
            trainer.run(stopAt(trainer, 5));
            assertThat(trainer.progress().step()).isBetween(5L, 6L);
            try (Checkpoint checkpoint = trainer.checkpoint()) {
                if (trainer.rank() == 0) {
                    store.write(trainer.progress().step(), checkpoint);
                }
            }
        });
        Trained resumed = together(2, backend, NORMALIZED, options, (trainer, reports) -> {
            try (LoadedCheckpoint checkpoint = CheckpointStore.read(store.latest().orElseThrow())) {
                trainer.restore(checkpoint);
            }
            toTheEnd(trainer, reports);
        });
        assertSame(resumed, unbroken);
    }

    /** Only one rank is asked to stop. */
    private static TrainingListener stopAt(Trainer trainer, long step) {
        return onStep(progress -> {
            if (progress.step() == step && trainer.rank() == 1) {
                trainer.requestStop();
            }
        });
    }

    @Test
    void ranksWithOtherOptionsAreRefused() {
        assertThatThrownBy(() -> inThreads(2, group -> trained("cpu", PLAIN,
                OPTIONS.withBatchSize(16).withSeed(group.rank()), group, ParallelTrainingTest::toTheEnd)))
                .isInstanceOf(GroupException.class)
                .hasMessage("rank 1 has the option seed 1, rank 0 has 0: start all ranks alike");
    }

    @Test
    void aBatchOfFewerExamplesThanRanksIsRefused() {
        assertThatThrownBy(() -> inThreads(3, group -> trained("cpu", PLAIN, OPTIONS.withBatchSize(2), group,
                ParallelTrainingTest::toTheEnd))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a batch of 2 leaves some of 3 ranks without an example");
    }

    @RepeatedTest(5)
    void theOthersStopAtAWholeStepWhenARankFails() {
        TrainingOptions options = OPTIONS.withBatchSize(16);
        Map<Long, float[]> unbroken = new ConcurrentHashMap<>();
        together(3, "cpu", PLAIN, options, (trainer, _) ->
                trainer.run(onStep(progress -> unbroken.put(progress.step(), values(trainer)))));
        Map<Integer, String> ends = new ConcurrentHashMap<>();
        assertThatThrownBy(() -> inThreads(3, group -> trained("cpu", PLAIN, options, group, (trainer, _) -> {
            try {
                trainer.run(onStep(progress -> {
                    if (progress.step() == 3 && group.rank() == 2) {
                        throw new IllegalStateException("its disk is full");
                    }
                }));
            } catch (RuntimeException e) {
                ends.put(group.rank(), String.valueOf(e.getMessage()));
                assertThat(trainer.isResumable()).isTrue();
                assertThat(trainer.progress().step()).isBetween(2L, 4L);
                assertThat(values(trainer)).isEqualTo(unbroken.get(trainer.progress().step()));
                throw e;
            }
        }))).isInstanceOfAny(IllegalStateException.class, RankLostException.class);
        assertThat(ends.get(2)).isEqualTo("its disk is full");
        assertThat(ends.get(0)).isEqualTo("rank 2 gave up: its disk is full");
        assertThat(ends.get(1)).isEqualTo("rank 2 gave up: its disk is full");
    }

    private static TrainingListener onStep(Consumer<Progress> told) {
        return new TrainingListener() {
            @Override
            public void onEpoch(Progress progress, Evaluation test) {}

            @Override
            public void onStep(Progress progress) {
                told.accept(progress);
            }
        };
    }

    @Test
    void aStepAllocatesNothing() {
        together(2, "cpu", NORMALIZED, OPTIONS.withBatchSize(16).withEpochs(12), (trainer, _) -> {
            trainer.evaluate(); // compiles
            long before = trainer.device().memory().used();
            trainer.run();
            assertThat(trainer.measurements().heapBytesPerStep()).isZero();
            assertThat(trainer.device().memory().used()).isEqualTo(before);
            assertThat(trainer.communication().steps()).isEqualTo(12 * 8);
            assertThat(trainer.communication().hiddenShare()).isBetween(0.0, 1.0);
        });
    }
}

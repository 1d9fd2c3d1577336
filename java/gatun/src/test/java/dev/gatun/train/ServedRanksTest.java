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
import dev.gatun.compress.sparse.SparsityOptions;
import dev.gatun.data.image.DataSource;
import dev.gatun.data.image.DataSplit;
import dev.gatun.data.image.DigitsOptions;
import dev.gatun.dist.GroupException;
import dev.gatun.dist.GroupOptions;
import dev.gatun.dist.ProcessGroup;
import dev.gatun.dist.RankLostException;
import dev.gatun.dist.codec.GradientCompression;
import dev.gatun.dist.local.ThreadRanks;
import dev.gatun.io.Checkpoint;
import dev.gatun.io.CheckpointStore;
import dev.gatun.io.LoadedCheckpoint;
import dev.gatun.memory.MemoryBudget;
import dev.gatun.memory.NoLeaks;
import dev.gatun.model.Model;
import dev.gatun.optim.Lookahead;
import dev.gatun.optim.LossScaling;
import dev.gatun.optim.OptimizerOptions;
import dev.gatun.optim.SharpnessAware;
import dev.gatun.optim.Wrappers;
import dev.gatun.optim.schedule.text.RunSchedule;
import dev.gatun.train.parallel.ParallelOptions;
import dev.gatun.train.parallel.Synchronization;
import dev.gatun.train.parallel.server.Staleness;
import dev.gatun.update.rule.SgdHyperparameters;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Workers whose gradients rank 0 applies as they come. */
@ExtendWith(NoLeaks.class)
class ServedRanksTest {
    private static final Model PLAIN =
            new Model("plain", 1, 28, 28, 10, sequential(flatten(), linear(12), relu(), linear(10)));
    private static final Model NORMALIZED = new Model("normalized", 1, 28, 28, 10,
            sequential(conv2d(3, 5).stride(2), batchNorm(), relu(), maxPool(2), flatten(), dropout(0.3), linear(10)));
    private static final TrainingOptions OPTIONS = TrainingOptions.defaults().withEpochs(2).withBatchSize(24);
    private static final int IMAGES = 128; // the last of 6 rounds has 8

    private final DataSplit digits = DataSource.digits(DigitsOptions.defaults().withTrain(IMAGES).withTest(21));

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        digits.close();
    }

    /** What a rank has after its run. */
    private record Trained(
            Map<String, byte[]> variables, Map<String, byte[]> states, List<String> reports, Evaluation evaluation) {}

    /** What a rank does with its trainer. */
    @FunctionalInterface
    private interface Run {
        void with(Trainer trainer, List<String> reports) throws Exception;
    }

    private static TrainingOptions served(TrainingOptions options, int staleness) {
        return options.withParallel(
                ParallelOptions.DEFAULTS.withSynchronization(new Synchronization.Server(staleness)));
    }

    private Trained trained(
            String backend, Model model, TrainingOptions options, @Nullable ProcessGroup group, Run run)
            throws Exception {
        List<String> reports = new ArrayList<>();
        try (Device device = TestDevices.open(backend);
                Trainer trainer = new Trainer(model, digits, device, options, Trainer.normalization(digits), null,
                        group)) {
            run.with(trainer, reports);
            Map<String, byte[]> variables = new LinkedHashMap<>();
            variables.put("parameters", Transfers.bytes(device, trainer.variables().parameters()));
            variables.put("buffers", Transfers.bytes(device, trainer.variables().buffers()));
            Map<String, byte[]> states = new LinkedHashMap<>();
            trainer.optimizer().states().forEach((name, memory) -> states.put(name, Transfers.bytes(device, memory)));
            return new Trained(variables, states, reports, trainer.evaluate());
        }
    }

    /** The results of rank 0, whose variables all have in the end. */
    private Trained together(int ranks, String backend, Model model, TrainingOptions options, Run run) {
        Map<Integer, Trained> all = new ConcurrentHashMap<>();
        ThreadRanks.run(ranks, GroupOptions.DEFAULTS.withTimeout(Duration.ofMinutes(1)), MemoryBudget.unlimited(),
                group -> all.put(group.rank(), trained(backend, model, options, group, run)));
        Trained server = Objects.requireNonNull(all.get(0));
        for (Trained rank : all.values()) {
            assertSame(rank.variables(), server.variables());
            assertThat(rank.evaluation()).isEqualTo(server.evaluation());
        }
        return server;
    }

    private static void assertSame(Map<String, byte[]> actual, Map<String, byte[]> expected) {
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        expected.forEach((name, bytes) -> assertThat(actual.get(name)).as(name).isEqualTo(bytes));
    }

    private static void assertSame(Trained actual, Trained expected) {
        assertSame(actual.variables(), expected.variables());
        assertSame(actual.states(), expected.states());
        assertThat(actual.reports()).isEqualTo(expected.reports());
    }

    private static void toTheEnd(Trainer trainer, List<String> reports) {
        trainer.run((progress, _) -> {
            reports.add(progress.step() + ": " + progress.meanLoss() + " " + progress.accuracy() + " "
                    + progress.learningRate() + " " + progress.lossScale() + " " + progress.skippedSteps());
            if (trainer.rank() == 0) {
                assertThat(progress.seen).isEqualTo(IMAGES);
            }
        });
    }

    @ParameterizedTest
    @OnEachDevice(value = "1", moreOnTheCpu = "4")
    void oneWorkerComputesWhatATrainerAloneDoes(String backend, int accumulate) throws Exception {
        TrainingOptions options = OPTIONS.withAccumulate(accumulate);
        Trained alone = trained(backend, NORMALIZED, options, null, ServedRanksTest::toTheEnd);
        Trained server = together(2, backend, NORMALIZED, served(options, 4), (trainer, reports) -> {
            toTheEnd(trainer, reports);
            assertThat(trainer.staleness()).isEqualTo(trainer.allRanks().trains() ? Staleness.NONE
                    : new Staleness(trainer.progress().step(), 0, 0));
        });
        assertSame(server, alone);
    }

    @Test
    void allThatAnUpdateDoesIsDoneByTheServer() throws Exception {
        TrainingOptions options = OPTIONS.withOptimizerOptions(OptimizerOptions.NONE.withAverageDecay(0.9))
                .withLossScaling(LossScaling.parse("dynamic")).withWrappers(
                        Wrappers.NONE.withSharpness(new SharpnessAware(0.05, SharpnessAware.DEFAULTS.sharpness())));
        assertSame(together(2, "cpu", NORMALIZED, served(options, 1), ServedRanksTest::toTheEnd),
                trained("cpu", NORMALIZED, options, null, ServedRanksTest::toTheEnd));
        TrainingOptions others = OPTIONS.withSparsity(SparsityOptions.defaults())
                .withWrappers(Wrappers.NONE.withLookahead(new Lookahead(3, 0.5)));
        assertSame(together(2, "cpu", NORMALIZED, served(others, 1), ServedRanksTest::toTheEnd),
                trained("cpu", NORMALIZED, others, null, ServedRanksTest::toTheEnd));
    }

    /** Gradients that come with an older loss scale than that of the server are as large as the others. */
    @ParameterizedTest
    @OnEachDevice
    void theLossScaleIsThatOfTheServer(String backend) {
        TrainingOptions options = served(OPTIONS.withEpochs(1), 0);
        Trained scaled = together(3, backend, PLAIN, options.withLossScaling(
                new LossScaling.Dynamic(1024, 2, 0.5, 3, 100)), (trainer, _) -> {
            trainer.run();
            assertThat(trainer.optimizer().results().scale()).isEqualTo(1024 * 16); // of 12 finite updates
        });
        Trained plain = together(3, backend, PLAIN, options, (trainer, _) -> trainer.run());
        assertSame(scaled.variables(), plain.variables());
    }

    @Test
    void aLossScaleThatIsTooLargeIsLoweredForAllWorkers() {
        TrainingOptions options = OPTIONS.withLossScaling(new LossScaling.Dynamic(0x1p127, 2, 0.5, 1, 1000))
                .withOptimizer(SgdHyperparameters.DEFAULTS.withLearningRate(0.5));
        together(3, "cpu", PLAIN, served(options, 1), (trainer, _) -> {
            trainer.run();
            if (!trainer.allRanks().trains()) {
                assertThat(trainer.progress().skippedSteps()).isBetween(1L, 23L);
                assertThat(trainer.optimizer().steps()).isEqualTo(24 - trainer.progress().skippedSteps());
            }
        });
    }

    @ParameterizedTest
    @OnEachDevice
    void lockstepIsReproducible(String backend) {
        TrainingOptions options = served(OPTIONS.withEpochs(1), 0);
        Trained first = together(3, backend, NORMALIZED, options, ServedRanksTest::toTheEnd);
        assertSame(together(3, backend, NORMALIZED, options, (trainer, reports) -> {
            toTheEnd(trainer, reports);
            if (!trainer.allRanks().trains()) { // of the 2 gradients of each of 6 rounds, the second is one update late
                assertThat(trainer.staleness()).isEqualTo(new Staleness(12, 6, 1));
            }
        }), first);
    }

    /** Gradients of one round are of the same parameters: two updates by SGD are one by their sum. */
    @Test
    void aRoundInLockstepIsAStepByTheSumOfGradients() throws Exception {
        TrainingOptions options = OPTIONS.withBatchSize(16).withSchedule(RunSchedule.CONSTANT);
        Trained alone = trained("reference", PLAIN, options.withOptimizer(SgdHyperparameters.DEFAULTS
                .withLearningRate(0.04)), null, ServedRanksTest::toTheEnd);
        Trained server = together(3, "reference", PLAIN, served(options.withOptimizer(SgdHyperparameters.DEFAULTS
                .withLearningRate(0.02)), 0), ServedRanksTest::toTheEnd);
        assertThat(server.evaluation().loss()).isCloseTo(alone.evaluation().loss(),
                within(1e-5));
    }

    @ParameterizedTest
    @CsvSource({"16,2", "127,3", "43,0"}) // 128 % 127 and 128 % 43 leave workers without an example
    void everyExampleIsSeenOnceInAnEpoch(int batch, int staleness) {
        together(4, "cpu", NORMALIZED, served(OPTIONS.withBatchSize(batch), staleness), ServedRanksTest::toTheEnd);
    }

    private void save(CheckpointStore store, Trainer trainer) throws Exception {
        if (!trainer.allRanks().trains()) {
            assertThat(trainer.isResumable()).isTrue();
            try (Checkpoint checkpoint = trainer.checkpoint()) {
                store.write(trainer.progress().step(), checkpoint);
            }
        }
    }

    /** Only one rank is asked to stop. */
    private static TrainingListener stopAt(Trainer trainer, int rank, long step) {
        return new TrainingListener() {
            @Override
            public void onEpoch(Progress progress, Evaluation test) {}

            @Override
            public void onStep(Progress progress) {
                if (progress.step() == step && trainer.rank() == rank) {
                    trainer.requestStop();
                }
            }
        };
    }

    @ParameterizedTest
    @OnEachDevice(value = "2 | 4 | 1", moreOnTheCpu = {"2 | 4 | 0", "3 | 0 | 2"})
    void aStoppedRunGoesOnBitForBitWhereTheOrderIsKnown(String backend, int ranks, int staleness, int asked) {
        TrainingOptions options = served(OPTIONS, staleness);
        Trained unbroken = together(ranks, backend, NORMALIZED, options, ServedRanksTest::toTheEnd);
        CheckpointStore store = new CheckpointStore(folder.resolve(backend));
        together(ranks, backend, NORMALIZED, options, (trainer, _) -> {
            trainer.run(stopAt(trainer, asked, 3));
            assertThat(trainer.progress().step()).isBetween(3L, 4L);
            save(store, trainer);
        });
        assertSame(together(ranks, backend, NORMALIZED, options, (trainer, reports) -> {
            try (LoadedCheckpoint checkpoint = CheckpointStore.read(store.latest().orElseThrow())) {
                trainer.restore(checkpoint);
            }
            toTheEnd(trainer, reports);
        }), unbroken);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3})
    void aStopLeavesNoBatchOutAndTrainsNoneTwice(int asked) {
        TrainingOptions options = served(OPTIONS.withBatchSize(12), 3);
        CheckpointStore store = new CheckpointStore(folder.resolve("stop"));
        AtomicIntegerArray steps = new AtomicIntegerArray(4);
        together(4, "cpu", NORMALIZED, options, (trainer, reports) -> {
            trainer.run(stopAt(trainer, asked, 4)); // then again, without a checkpoint
            trainer.run(stopAt(trainer, asked, 7));
            assertThat(trainer.progress().step()).isLessThan(11);
            steps.set(trainer.rank(), (int) trainer.progress().step());
            save(store, trainer);
        });
        together(4, "cpu", NORMALIZED, options, (trainer, reports) -> {
            try (LoadedCheckpoint checkpoint = CheckpointStore.read(store.latest().orElseThrow())) {
                trainer.restore(checkpoint);
            }
            assertThat(trainer.progress().step()).isEqualTo(steps.get(trainer.rank()));
            toTheEnd(trainer, reports); // all images are seen
            assertThat(trainer.progress().step()).isEqualTo(22);
            if (!trainer.allRanks().trains()) {
                assertThat(trainer.optimizer().steps()).isEqualTo(66);
            }
        });
        together(3, "cpu", NORMALIZED, options, (trainer, reports) -> { // fewer go on, too
            try (LoadedCheckpoint checkpoint = CheckpointStore.read(store.latest().orElseThrow())) {
                trainer.restore(checkpoint);
            }
            trainer.run();
            assertThat(trainer.progress().step()).isEqualTo(22);
        });
    }

    @Test
    void ranksThatBeginApartAreRefused() {
        CheckpointStore store = new CheckpointStore(folder.resolve("apart"));
        TrainingOptions options = served(OPTIONS, 1);
        together(3, "cpu", PLAIN, options, (trainer, _) -> {
            trainer.run(stopAt(trainer, 0, 3));
            save(store, trainer);
        });
        assertThatThrownBy(() -> together(3, "cpu", PLAIN, options, (trainer, reports) -> {
            if (trainer.allRanks().trains()) {
                try (LoadedCheckpoint checkpoint = CheckpointStore.read(store.latest().orElseThrow())) {
                    trainer.restore(checkpoint);
                }
            }
            trainer.run();
        })).isInstanceOf(GroupException.class).hasMessageContaining("start all from the same checkpoint");
    }

    /** One worker is held until the other has gone as far ahead as it may. */
    @Test
    void aSlowWorkerIsWaitedFor() {
        int staleness = 2;
        CountDownLatch ahead = new CountDownLatch(1 + staleness);
        CountDownLatch tooFar = new CountDownLatch(2 + staleness);
        AtomicBoolean reached = new AtomicBoolean();
        together(3, "cpu", PLAIN, served(OPTIONS.withBatchSize(8).withEpochs(1), staleness), (trainer, _) -> {
            int rank = trainer.rank();
            trainer.run(new TrainingListener() {
                @Override
                public void onEpoch(Progress progress, Evaluation test) {}

                @Override
                public void onStep(Progress progress) {
                    if (rank == 1) {
                        ahead.countDown();
                        tooFar.countDown();
                    } else if (rank == 2 && progress.step() == 1) {
                        try {
                            ahead.await();
                            reached.set(tooFar.await(200, TimeUnit.MILLISECONDS));
                        } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                    }
                }
            });
            if (rank == 0) {
                Staleness age = trainer.staleness();
                assertThat(age.updates()).isEqualTo(32);
                assertThat(age.most()).isBetween(1L + staleness, 2L * staleness + 1);
                assertThat(age.mean()).isPositive().isLessThan((double) age.most());
            }
        });
        assertThat(reached).as("a worker went on beyond the bound").isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void theOthersStopWhenARankFails(int failing) {
        Map<Integer, String> ends = new ConcurrentHashMap<>();
        Map<Integer, Boolean> resumable = new ConcurrentHashMap<>();
        CheckpointStore store = new CheckpointStore(folder.resolve("failed"));
        TrainingOptions options = served(OPTIONS.withBatchSize(12), 1);
        assertThatThrownBy(() -> together(3, "cpu", NORMALIZED, options, (trainer, _) -> {
            int rank = trainer.rank();
            try {
                trainer.run(new TrainingListener() {
                    @Override
                    public void onEpoch(Progress progress, Evaluation test) {}

                    @Override
                    public void onStep(Progress progress) {
                        if (progress.step() == 3 && rank == failing) {
                            throw new IllegalStateException("its disk is full");
                        }
                    }
                });
            } catch (RuntimeException e) {
                ends.put(rank, e.getMessage());
                resumable.put(rank, trainer.isResumable());
                save(store, trainer);
                throw e;
            }
        })).isInstanceOfAny(IllegalStateException.class, RankLostException.class);
        for (int rank = 0; rank < 3; rank++) {
            assertThat(ends).containsEntry(rank, (rank == failing ? "" : "rank " + failing + " gave up: ")
                    + "its disk is full");
        }
        assertThat(resumable).containsEntry(0, true);
        together(3, "cpu", NORMALIZED, options, (trainer, reports) -> {
            try (LoadedCheckpoint checkpoint = CheckpointStore.read(store.latest().orElseThrow())) {
                trainer.restore(checkpoint);
            }
            trainer.run();
            if (!trainer.allRanks().trains()) {
                assertThat(trainer.optimizer().steps()).as("every batch once").isEqualTo(44);
            }
        });
    }

    @ParameterizedTest
    @OnEachDevice
    void aLossThatIsNotFiniteEndsTheRun(String backend) {
        assertThatThrownBy(() -> together(3, backend, PLAIN, served(OPTIONS.withSchedule(RunSchedule.CONSTANT)
                .withOptimizer(SgdHyperparameters.DEFAULTS.withLearningRate(1e30)), 1), (trainer, _) -> trainer.run()))
                .hasMessageContaining("smaller learning rate");
    }

    @Test
    void whatGoesWithNoServerIsRefused() {
        assertThatThrownBy(() -> together(2, "cpu", NORMALIZED, OPTIONS.withParallel(ParallelOptions.DEFAULTS
                .withSynchronization(Synchronization.Server.DEFAULTS)
                .withBatchNorm(ParallelOptions.BatchNormScope.ALL_RANKS)), (trainer, _) -> trainer.run()))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("do not wait for each other");
        TrainingOptions compressed = served(OPTIONS, 1);
        assertThatThrownBy(() -> together(2, "cpu", PLAIN, compressed.withParallel(
                compressed.parallel().withCompression(new GradientCompression.Bf16())), (trainer, _) -> trainer.run()))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("leave out bf16");
        assertThatThrownBy(() -> together(2, "cpu", PLAIN, served(OPTIONS.withSparsity(SparsityOptions.defaults())
                .withWrappers(Wrappers.NONE.withSharpness(SharpnessAware.DEFAULTS)), 1), (trainer, _) -> trainer.run()))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("leave one of them out");
        assertThatThrownBy(() -> together(4, "cpu", PLAIN, served(OPTIONS.withBatchSize(2), 1),
                (trainer, _) -> trainer.run())).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a batch of 2 leaves some of 3 ranks without an example");
    }

    @Test
    void aStepAllocatesNothing() {
        together(3, "cpu", NORMALIZED, served(OPTIONS.withBatchSize(16).withEpochs(12), 1), (trainer, _) -> {
            trainer.evaluate(); // compiles
            long before = trainer.device().memory().used();
            trainer.run();
            assertThat(trainer.measurements().heapBytesPerStep()).isZero();
            assertThat(trainer.device().memory().used()).isEqualTo(before);
        });
    }

    @Test
    void convergesAsRanksDoThatSumTheirGradients() {
        Model model = new Model("wide", 1, 28, 28, 10, sequential(flatten(), linear(32), relu(), linear(10)));
        try (DataSplit many = DataSource.digits(DigitsOptions.defaults().withTrain(1_200).withTest(300))) {
            Map<String, Double> accuracies = new ConcurrentHashMap<>();
            for (String text : List.of("gradients", "server:staleness=4")) {
                TrainingOptions options = TrainingOptions.defaults().withEpochs(8).withBatchSize(32).withParallel(
                        ParallelOptions.DEFAULTS.withSynchronization(Synchronization.parse(text)));
                ThreadRanks.run(3, GroupOptions.DEFAULTS, MemoryBudget.unlimited(), group -> {
                    try (Device device = TestDevices.open("cpu");
                            Trainer trainer = new Trainer(model, many, device, options,
                                    Trainer.normalization(many), null, group)) {
                        trainer.run();
                        accuracies.put(text, Objects.requireNonNull(trainer.lastEvaluation()).accuracy());
                    }
                });
            }
            assertThat(accuracies.get("server:staleness=4")).isGreaterThan(0.8)
                    .isGreaterThan(Objects.requireNonNull(accuracies.get("gradients")) - 0.05);
        }
    }
}

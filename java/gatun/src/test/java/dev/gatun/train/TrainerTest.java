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

import dev.gatun.backend.Backends;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.backend.OnEachDevice;
import dev.gatun.backend.TestDevices;
import dev.gatun.backend.Transfers;
import dev.gatun.data.LastBatch;
import dev.gatun.data.image.Augmentation;
import dev.gatun.data.image.DataSource;
import dev.gatun.data.image.DataSplit;
import dev.gatun.data.image.DigitsOptions;
import dev.gatun.io.CheckpointException;
import dev.gatun.io.CheckpointStore;
import dev.gatun.io.LoadedCheckpoint;
import dev.gatun.memory.Buffer;
import dev.gatun.memory.MemoryBudget;
import dev.gatun.memory.MemoryBudgetException;
import dev.gatun.memory.NoLeaks;
import dev.gatun.model.Model;
import dev.gatun.model.Models;
import dev.gatun.optim.OptimizerOptions;
import dev.gatun.optim.schedule.text.RunSchedule;
import dev.gatun.optim.schedule.text.RunSchedules;
import dev.gatun.optim.schedule.text.StepCount;
import dev.gatun.train.step.NonFiniteLossException;
import dev.gatun.train.task.Outputs;
import dev.gatun.update.Clipping;
import dev.gatun.update.Hyperparameters;
import dev.gatun.update.L1;
import dev.gatun.update.StateStorage;
import dev.gatun.update.kernel.WeightStorage;
import dev.gatun.update.rule.AdafactorHyperparameters;
import dev.gatun.update.rule.AdamHyperparameters;
import dev.gatun.update.rule.Direction;
import dev.gatun.update.rule.LionHyperparameters;
import dev.gatun.update.rule.MuonHyperparameters;
import dev.gatun.update.rule.SgdHyperparameters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole small runs on drawn digits. */
@ExtendWith(NoLeaks.class)
class TrainerTest {
    private static final Model MODEL = new Model("small", 1, 28, 28, 10, sequential(
            conv2d(5, 5).stride(2), batchNorm(), relu(), maxPool(2), flatten(), dropout(0.1), linear(10)));
    private static final Model PLAIN =
            new Model("plain", 1, 28, 28, 10, sequential(flatten(), linear(12), relu(), linear(10)));
    private static final TrainingOptions OPTIONS =
            TrainingOptions.defaults().withEpochs(2).withBatchSize(16).withAugmentations(
                    List.of(new Augmentation.Pad(2), new Augmentation.RandomCrop(28, 28)));
    private static final int BATCHES = 7; // the last one smaller

    private final DataSplit digits = DataSource.digits(DigitsOptions.defaults().withTrain(100).withTest(20));

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        digits.close();
    }

    private static Device device(int threads) {
        return Backends.open("cpu", DeviceOptions.defaults().withThreads(threads));
    }

    private static Device device(String backend) {
        return TestDevices.open(backend);
    }

    /** All bytes that a run ends with. */
    private static Map<String, byte[]> bytes(Trainer trainer) {
        Map<String, byte[]> bytes = new LinkedHashMap<>();
        bytes.put("parameters", bytes(trainer, trainer.variables().parameters()));
        bytes.put("buffers", bytes(trainer, trainer.variables().buffers()));
        trainer.optimizer().states().forEach((name, state) -> bytes.put(name, bytes(trainer, state)));
        return bytes;
    }

    private static byte[] bytes(Trainer trainer, Buffer buffer) {
        return Transfers.bytes(trainer.device(), buffer);
    }

    private static void assertSame(Map<String, byte[]> actual, Map<String, byte[]> expected) {
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        expected.forEach((name, wanted) -> assertThat(actual.get(name)).as(name).isEqualTo(wanted));
    }

    @Test
    void theLossFallsAndDigitsAreLearned() {
        List<Double> losses = new ArrayList<>();
        try (DataSplit more = DataSource.digits(DigitsOptions.defaults().withTrain(320).withTest(50));
                Device device = device(1);
                Trainer trainer = new Trainer(MODEL, more, device,
                        TrainingOptions.defaults().withEpochs(6).withBatchSize(16).withSeed(3)
                                .withOptimizer(AdamHyperparameters.ADAMW.withLearningRate(1e-2)))) {
            double untrained = trainer.evaluate().loss();
            trainer.run((progress, test) -> {
                losses.add(progress.meanLoss());
                assertThat(test.examples()).isEqualTo(50);
                assertThat(progress.batch()).isEqualTo(20);
            });
            assertThat(losses).hasSize(6);
            assertThat(losses.getLast()).isLessThan(losses.getFirst() / 2).isEqualTo(trainer.lastTrainLoss());
            Evaluation test = java.util.Objects.requireNonNull(trainer.lastEvaluation());
            assertThat(test.loss()).isLessThan(untrained / 2);
            assertThat(test.accuracy()).isGreaterThan(0.6);
            assertThat(trainer.evaluate()).isEqualTo(test);
            assertThat(trainer.progress().isComplete()).isTrue();
            assertThat(trainer.progress().step()).isEqualTo(trainer.progress().steps()).isEqualTo(120);
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void equalRunsGiveEqualBytesAndEqualFiles(String backend) throws IOException {
        for (int threads = 1; threads <= (backend.equals("cpu") ? 2 : 1); threads++) {
            List<Map<String, byte[]>> results = new ArrayList<>();
            List<List<byte[]>> files = new ArrayList<>();
            for (int run = 0; run < 2; run++) {
                try (Device device = Backends.open(backend, DeviceOptions.defaults().withThreads(threads));
                        Trainer trainer = new Trainer(MODEL, digits, device, OPTIONS)) {
                    trainer.run();
                    results.add(bytes(trainer));
                    Path written = new CheckpointStore(folder.resolve(threads + "-" + run))
                            .write(trainer.progress().step(), trainer.checkpoint());
                    files.add(List.of(Files.readAllBytes(written.resolve("model.safetensors")),
                            Files.readAllBytes(written.resolve("optimizer.safetensors")),
                            Files.readAllBytes(written.resolve("state.json"))));
                }
            }
            assertSame(results.get(1), results.get(0));
            for (int i = 0; i < 3; i++) {
                assertThat(files.get(1).get(i)).isEqualTo(files.get(0).get(i));
            }
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void anotherSeedGivesAnotherRun(String backend) {
        List<byte[]> results = new ArrayList<>();
        for (long seed = 1; seed <= 2; seed++) {
            try (Device device = device(backend); Trainer trainer = new Trainer(PLAIN, digits, device,
                    OPTIONS.withSeed(seed))) {
                trainer.run();
                results.add(bytes(trainer, trainer.variables().parameters()));
            }
        }
        assertThat(results.get(0)).isNotEqualTo(results.get(1));
    }

    static Stream<Arguments> cuts() {
        Hyperparameters adamw = AdamHyperparameters.ADAMW.withLearningRate(2e-3);
        Hyperparameters sgd = SgdHyperparameters.DEFAULTS.withLearningRate(0.05).withMomentum(0.9).withDampening(0.1);
        Hyperparameters lion = LionHyperparameters.DEFAULTS.withLearningRate(1e-3);
        OptimizerOptions none = OptimizerOptions.NONE;
        OptimizerOptions eight = none.withStates(StateStorage.EIGHT_BIT);
        OptimizerOptions rounded = none.withWeights(WeightStorage.F32_AND_BF16.stochastic(9)).withAverageDecay(0.9);
        Stream<Arguments> others = TestDevices.names().filter(name -> !name.equals("cpu")).flatMap(name -> Stream.of(
                Arguments.of(name, adamw, none, 4), Arguments.of(name, lion, eight.withAverageDecay(0.5), BATCHES),
                Arguments.of(name, sgd, rounded.withClipping(new Clipping.Adaptive(0.01)), BATCHES + 3)));
        return Stream.concat(others, Stream.of(
                Arguments.of("cpu", adamw, none, 1), Arguments.of("cpu", adamw, none, 4),
                Arguments.of("cpu", adamw, none, BATCHES),
                Arguments.of("cpu", adamw, none, BATCHES + 3), Arguments.of("cpu", adamw, none, 2 * BATCHES),
                Arguments.of("cpu", sgd, none, 1),
                Arguments.of("cpu", sgd, none, BATCHES + 1), Arguments.of("cpu", adamw, eight, 1),
                Arguments.of("cpu", adamw, eight, BATCHES + 3),
                Arguments.of("cpu", lion, eight.withAverageDecay(0.5), 4), Arguments.of("cpu", sgd, rounded, 1),
                Arguments.of("cpu", adamw, rounded.withClipping(new Clipping.Adaptive(0.01)), BATCHES + 1),
                Arguments.of("cpu", SgdHyperparameters.DEFAULTS.withLearningRate(0.5).withMomentum(0.9)
                        .withVariant(SgdHyperparameters.Momentum.CORRECTED_AVERAGE).with(L1.PROXIMAL, 1e-4),
                        rounded.withClipping(new Clipping.WeightNorm(0.5)), BATCHES + 1),
                Arguments.of("cpu", MuonHyperparameters.DEFAULTS, none.withClipping(new Clipping.TensorNorm(0.1)),
                        BATCHES + 1),
                Arguments.of("cpu", AdafactorHyperparameters.DEFAULTS, none, BATCHES + 1)));
    }

    @ParameterizedTest
    @MethodSource("cuts")
    void aRunThatWasCutEndsInTheSameBytes(String backend, Hyperparameters rule, OptimizerOptions around, int cut) {
        assertResumes(backend, OPTIONS.withOptimizer(rule).withOptimizerOptions(around), cut);
    }

    static Stream<Arguments> schedules() {
        RunSchedules plateau = RunSchedules.CONSTANT.withWarmUp(StepCount.of(2))
                .withLearningRate(RunSchedule.parse("plateau:patience=0,threshold=0.9,factor=0.5"));
        RunSchedules cycle = new RunSchedules(RunSchedule.parse("onecycle"), RunSchedule.parse("onecycle"),
                RunSchedule.parse("linear"), null);
        RunSchedules mixed = new RunSchedules(RunSchedule.parse("warmup:steps=3,of=[cosine-restarts:first=4]"),
                RunSchedule.parse("absolute:of=[linear:start=0.5,end=0.9]"),
                RunSchedule.parse("multistep:milestones=2/50%,gamma=0.5"), null);
        Stream<Arguments> others = TestDevices.names().filter(name -> !name.equals("cpu")).flatMap(name -> Stream.of(
                Arguments.of(name, plateau, BATCHES + 1), Arguments.of(name, mixed, 4)));
        return Stream.concat(others, Stream.of(plateau, cycle, mixed).flatMap(schedules ->
                Stream.of(4, BATCHES, BATCHES + 1, 2 * BATCHES + 3).map(cut -> Arguments.of("cpu", schedules, cut))));
    }

    @ParameterizedTest
    @MethodSource("schedules")
    void aRunThatWasCutGoesOnInTheMiddleOfItsSchedules(String backend, RunSchedules schedules, int cut) {
        assertResumes(backend, OPTIONS.withEpochs(3).withSchedules(schedules), cut);
    }

    /** The momentum of a cycle is not asked for, and comes with it. */
    @Test
    void aCycleOfTheLearningRateMovesTheMomentumToo() {
        Hyperparameters momentum = SgdHyperparameters.DEFAULTS.withLearningRate(0.05).withMomentum(0.9);
        TrainingOptions cycle = OPTIONS.withOptimizer(momentum).withSchedule(RunSchedule.parse("onecycle"));
        RunSchedules told = cycle.schedules().withMomentum(RunSchedule.parse("onecycle"));
        RunSchedules stays = cycle.schedules().withMomentum(RunSchedule.CONSTANT);
        List<byte[]> results = new ArrayList<>();
        for (TrainingOptions options : List.of(cycle, cycle.withSchedules(told), cycle.withSchedules(stays))) {
            try (Device device = device(1); Trainer trainer = new Trainer(PLAIN, digits, device, options)) {
                trainer.run();
                results.add(bytes(trainer, trainer.variables().parameters()));
            }
        }
        assertThat(results.get(0)).isEqualTo(results.get(1)).isNotEqualTo(results.get(2));
    }

    @Test
    void aScheduleThatLeavesItsDomainIsRefusedBeforeTheRun() {
        TrainingOptions nesterov = OPTIONS.withOptimizer(SgdHyperparameters.DEFAULTS.withMomentum(0.9)
                        .withVariant(SgdHyperparameters.Momentum.NESTEROV))
                .withSchedules(RunSchedules.CONSTANT.withMomentum(RunSchedule.parse("linear:start=1,end=0,total=5")));
        try (Device device = device(1)) {
            assertThatThrownBy(() -> new Trainer(PLAIN, digits, device, nesterov))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("the schedule of the momentum, linear:start=1,end=0,total=5, gives 0 at"
                    + " step 6 of ").hasMessageEndingWith("needs a momentum above 0 and below 1, got 0");
        }
    }

    private void assertResumes(String backend, TrainingOptions options, int cut) {
        Map<String, byte[]> whole;
        List<String> reports = new ArrayList<>();
        try (Device device = device(backend); Trainer trainer = new Trainer(MODEL, digits, device, options)) {
            trainer.run(recording(reports));
            whole = bytes(trainer);
        }
        List<String> again = new ArrayList<>();
        Path written;
        try (Device device = device(backend); Trainer trainer = new Trainer(MODEL, digits, device, options)) {
            stopAt(trainer, cut, again);
            assertThat(trainer.progress().step()).isEqualTo(cut);
            written = new CheckpointStore(folder).write(cut, trainer.checkpoint());
        }
        try (Device device = device(backend);
                Trainer trainer = new Trainer(MODEL, digits, device, options);
                LoadedCheckpoint checkpoint = CheckpointStore.read(written)) {
            trainer.restore(checkpoint);
            trainer.run(recording(again));
            assertSame(bytes(trainer), whole);
            assertThat(again).isEqualTo(reports);
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void aPlateauOfTheTestLossLowersTheLearningRate(String backend) {
        List<Double> rates = new ArrayList<>();
        TrainingOptions options = OPTIONS.withEpochs(4).withSchedules(RunSchedules.CONSTANT.withLearningRate(
                RunSchedule.parse("plateau:patience=0,threshold=0.999,factor=0.5,min=4e-4")));
        try (Device device = device(backend); Trainer trainer = new Trainer(PLAIN, digits, device, options)) {
            trainer.run((progress, _) -> rates.add(progress.learningRate()));
            assertThat(rates).as("the first loss is better than infinity, the others hardly better than it")
                    .containsExactly(2e-3, 2e-3, 1e-3, 5e-4);
            assertThat(trainer.optimizer().hyperparameters(0).learningRate()).isEqualTo(5e-4);
        }
    }

    private static TrainingListener recording(List<String> reports) {
        return (progress, test) -> reports.add(progress.epoch() + ": " + progress.meanLoss() + " "
                + progress.accuracy() + " " + progress.learningRate() + " " + test);
    }

    /** Ends a run after a step; inside the last step of an epoch, its evaluation ends too. */
    private static void stopAt(Trainer trainer, int cut, List<String> reports) {
        TrainingListener recording = recording(reports);
        trainer.run(new TrainingListener() {
            @Override
            public void onStep(Progress progress) {
                if (progress.step() == cut) {
                    trainer.requestStop();
                }
            }

            @Override
            public boolean requiresSettledState(long step) {
                return step == cut;
            }

            @Override
            public void onEpoch(Progress progress, Evaluation test) {
                recording.onEpoch(progress, test);
            }
        });
    }

    @ParameterizedTest
    @OnEachDevice
    void aStoppedRunGoesOnWhenItIsRunAgain(String backend) {
        List<String> reports = new ArrayList<>();
        Map<String, byte[]> whole;
        try (Device device = device(backend); Trainer trainer = new Trainer(MODEL, digits, device, OPTIONS)) {
            trainer.run();
            whole = bytes(trainer);
        }
        try (Device device = device(backend); Trainer trainer = new Trainer(MODEL, digits, device, OPTIONS)) {
            stopAt(trainer, 2, reports);
            assertThat(trainer.progress().step()).isEqualTo(2);
            assertThat(reports).isEmpty();
            stopAt(trainer, BATCHES + 2, reports);
            assertThat(trainer.progress().step()).isEqualTo(BATCHES + 2);
            trainer.run();
            assertThat(trainer.progress().isComplete()).isTrue();
            assertSame(bytes(trainer), whole);
        }
    }

    /** Between two batches of an evaluation: the epoch is evaluated when the run goes on. */
    @ParameterizedTest
    @OnEachDevice
    void aStopDuringAnEvaluationEndsItAfterItsBatch(String backend) {
        List<String> whole = new ArrayList<>();
        List<String> reports = new ArrayList<>();
        List<Long> done = new ArrayList<>();
        try (Device device = device(backend); Trainer trainer = new Trainer(MODEL, digits, device, OPTIONS)) {
            trainer.run(recording(whole));
        }
        try (Device device = device(backend); Trainer trainer = new Trainer(MODEL, digits, device, OPTIONS)) {
            TrainingListener recording = recording(reports);
            trainer.run(new TrainingListener() {
                @Override
                public void onEvaluatedBatch(long count, long all, Outputs batch) {
                    assertThat(all).isEqualTo(digits.test().size());
                    assertThat(batch.fetch(Model.LABELS).byteSize()).isEqualTo(4L * batch.size());
                    done.add(count);
                    trainer.requestStop();
                }

                @Override
                public void onEpoch(Progress progress, Evaluation test) {
                    recording.onEpoch(progress, test);
                }
            });
            assertThat(done).containsExactly((long) OPTIONS.batchSize());
            assertThat(reports).isEmpty();
            assertThat(trainer.progress().step()).isEqualTo(BATCHES);
            assertThat(trainer.progress().isComplete()).isFalse();
            trainer.run(recording);
            assertThat(reports).isEqualTo(whole);
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void aStopThatWasRequestedBeforeTheRunCounts(String backend) {
        try (Device device = device(backend); Trainer trainer = new Trainer(PLAIN, digits, device, OPTIONS)) {
            Thread.ofPlatform().start(trainer::requestStop);
            while (trainer.progress().step() == 0 && !trainer.progress().isComplete()) {
                trainer.run();
            }
            assertThat(trainer.progress().step()).isPositive();
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void aLossThatOverflowsStopsTheRunAndLeavesTheVariablesAsTheyWere(String backend) {
        TrainingOptions options = OPTIONS.withSchedule(RunSchedule.CONSTANT)
                .withOptimizer(SgdHyperparameters.DEFAULTS.withLearningRate(1e25).withMomentum(0.9));
        try (Device device = device(backend); Trainer trainer = new Trainer(PLAIN, digits, device, options)) {
            List<Map<String, byte[]>> after = new ArrayList<>();
            assertThatThrownBy(() -> trainer.run(new TrainingListener() {
                @Override
                public void onStep(Progress progress) {
                    after.add(bytes(trainer));
                }

                @Override
                public boolean requiresSettledState(long step) {
                    return true;
                }

                @Override
                public void onEpoch(Progress progress, Evaluation test) {}
            })).isInstanceOfSatisfying(NonFiniteLossException.class,
                    e -> assertThat(e.step()).isEqualTo(after.size() + 1L))
                    .hasMessageContaining("the first non-finite value is in ")
                    .hasMessageContaining("smaller learning rate");
            assertThat(after).isNotEmpty();
            assertSame(bytes(trainer), after.getLast());
            assertThat(trainer.progress().step()).isEqualTo(after.size());
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void aCheckpointWithoutAValidCounterIsRefusedAndChangesNothing(String backend) {
        Path trained;
        try (Device device = device(backend); Trainer trainer = new Trainer(PLAIN, digits, device, OPTIONS)) {
            trainer.run();
            trained = new CheckpointStore(folder).write(trainer.progress().step(), trainer.checkpoint());
        }
        try (Device device = device(backend);
                Trainer trainer = new Trainer(PLAIN, digits, device, OPTIONS);
                LoadedCheckpoint whole = CheckpointStore.read(trained)) {
            Map<String, byte[]> before = bytes(trainer);
            for (Map.Entry<String, List<Object>> bad : Map.<String, List<Object>>of("seen", List.of("", -1L, 2.5),
                    "epoch", List.of("", 1L << 40), "batch", List.of(-1L, 1_000_000L), "step", List.of("two", -1L),
                    "loss_sum", List.of("", "much", Double.NaN), "metric_sums", List.of(3L),
                    "kernels", List.of(List.of(), Map.of("problem", 3L))).entrySet()) {
                for (Object value : bad.getValue()) {
                    Map<String, Object> state = new LinkedHashMap<>(whole.state());
                    if (value.equals("")) {
                        state.remove(bad.getKey());
                    } else {
                        state.put(bad.getKey(), value);
                    }
                    LoadedCheckpoint lacking = new LoadedCheckpoint(
                            whole.path(), whole.step(), whole.description(), state, whole.model(), whole.optimizer());
                    assertThatThrownBy(() -> {
                        Trainer.choices(lacking);
                        trainer.restore(lacking);
                    }).as("%s as %s", bad.getKey(), value).isInstanceOf(CheckpointException.class)
                            .hasMessageNotContaining("\n").hasMessageStartingWith(whole.path()
                                    + ": state.json has no valid \"" + bad.getKey() + "\"")
                            .hasMessageEndingWith("; resume from an earlier checkpoint");
                }
            }
            assertSame(bytes(trainer), before);
            assertThat(trainer.progress().step()).isZero();
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void aCheckpointOfAnotherRunIsRefusedAndChangesNothing(String backend) {
        Path other;
        try (Device device = device(backend);
                Trainer trainer = new Trainer(new Model("plain", 1, 28, 28, 10, sequential(
                        flatten(), linear(12), relu(), linear(11), relu(), linear(10))), digits, device, OPTIONS)) {
            trainer.run(); // the first layer is as large as PLAIN's, but no longer equal
            other = new CheckpointStore(folder).write(trainer.progress().step(), trainer.checkpoint());
        }
        List<TrainingOptions> wrong = List.of(OPTIONS, OPTIONS.withSeed(9), OPTIONS.withBatchSize(8),
                OPTIONS.withOptimizer(SgdHyperparameters.DEFAULTS));
        for (TrainingOptions options : wrong) {
            try (Device device = device(backend);
                    Trainer trainer = new Trainer(PLAIN, digits, device, options);
                    LoadedCheckpoint checkpoint = CheckpointStore.read(other)) {
                Map<String, byte[]> before = bytes(trainer);
                assertThatThrownBy(() -> trainer.restore(checkpoint))
                        .isInstanceOf(CheckpointException.class)
                        .hasMessageContaining("use the options it was made with");
                assertSame(bytes(trainer), before);
                assertThat(trainer.progress().step()).isZero();
            }
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void aCheckpointOfAnotherVariantIsRefusedWithTheDifference(String backend) {
        Path written;
        try (Device device = device(backend); Trainer trainer = new Trainer(PLAIN, digits, device, OPTIONS)) {
            written = new CheckpointStore(folder).write(0, trainer.checkpoint());
        }
        Map<Hyperparameters, String> others = Map.of(
                AdamHyperparameters.ADAM, "adam's decay decoupled, this run has coupled",
                AdamHyperparameters.ADAMW.withVariant(AdamHyperparameters.Variant.AMSGRAD),
                        "amsgrad's variant classic, this run has amsgrad",
                AdamHyperparameters.ADAMW.withDirection(Direction.MAXIMIZE),
                "adam's direction minimize, this run has maximize");
        others.forEach((optimizer, difference) -> {
            try (Device device = device(backend);
                    Trainer trainer = new Trainer(PLAIN, digits, device, OPTIONS.withOptimizer(optimizer));
                    LoadedCheckpoint checkpoint = CheckpointStore.read(written)) {
                assertThatThrownBy(() -> trainer.restore(checkpoint)).isInstanceOf(CheckpointException.class)
                        .hasMessage(written + " was made with " + difference + "; use the options it was made with");
            }
        });
        try (Device device = device(backend);
                Trainer trainer = new Trainer(PLAIN, digits, device,
                        OPTIONS.withOptimizer(AdamHyperparameters.ADAMW.withLearningRate(0.5)));
                LoadedCheckpoint checkpoint = CheckpointStore.read(written)) {
            trainer.restore(checkpoint); // another number is the caller's wish
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void modelsThatDoNotFitTheDataAreRefused(String backend) {
        try (Device device = device(backend)) {
            assertThatThrownBy(() -> new Trainer(new Model("few", 1, 28, 28, 9, PLAIN.network()), digits, device,
                    OPTIONS))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("10 classes");
            assertThatThrownBy(() -> new Trainer(new Model("rgb", 3, 28, 28, 10, PLAIN.network()), digits, device,
                    OPTIONS))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("1 channels");
            assertThatThrownBy(() -> new Trainer(new Model("large", 1, 32, 32, 10, PLAIN.network()), digits, device,
                    OPTIONS))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("32");
            assertThatThrownBy(() -> new Trainer(PLAIN, digits, device,
                    OPTIONS.withBatchSize(101).withLastBatch(LastBatch.DROP)))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("smaller batch size");
            assertThat(device.memory().used()).isZero();
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void aBudgetThatIsTooSmallLeavesNothingAllocated(String backend) {
        long needed;
        try (Device device = device(backend); Trainer trainer = new Trainer(MODEL, digits, device, OPTIONS)) {
            needed = trainer.measurements().nativeBytesPlanned();
        }
        for (int share = 1; share < 8; share++) {
            MemoryBudget budget = MemoryBudget.ofBytes(needed * share / 8);
            try (Device device = Backends.open(backend, DeviceOptions.defaults().withThreads(1).withMemory(budget))) {
                assertThatThrownBy(() -> new Trainer(MODEL, digits, device, OPTIONS).close())
                        .isInstanceOf(MemoryBudgetException.class);
                assertThat(budget.used()).isZero();
            }
        }
    }

    @Test
    void statesInEightBitsLearnAsWell() {
        List<Double> accuracies = new ArrayList<>();
        try (DataSplit more = DataSource.digits(DigitsOptions.defaults().withTrain(3000).withTest(1000))) {
            for (StateStorage storage : StateStorage.values()) {
                try (Device device = device(2);
                        Trainer trainer = new Trainer(Models.create("lenet", 1, 28, 28, 10), more, device,
                                TrainingOptions.defaults().withEpochs(2)
                                .withOptimizerOptions(OptimizerOptions.NONE.withStates(storage)))) {
                    trainer.run();
                    accuracies.add(trainer.evaluate().accuracy());
                }
            }
        }
        assertThat(accuracies.getFirst()).isGreaterThan(0.85);
        assertThat(accuracies.getLast()).isGreaterThan(accuracies.getFirst() - 0.01);
    }

    @ParameterizedTest
    @OnEachDevice
    void clippingByTensorsSeesEachTensorAlone(String backend) {
        TrainingOptions options =
                OPTIONS.withOptimizerOptions(OptimizerOptions.NONE.withClipping(new Clipping.TensorNorm(1)));
        try (Device device = device(backend); Trainer trainer = new Trainer(MODEL, digits, device, options)) {
            assertThat(ParameterGroups.of(trainer.variables(), options).ranges()).hasSameSizeAs(
                    trainer.variables().slots().stream().filter(slot -> slot.variable().isParameter()).toList());
            trainer.run();
            assertThat(trainer.optimizer().gradientNorm()).isPositive();
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void weightsOfBf16AreRefusedHere(String backend) {
        try (Device device = device(backend)) {
            assertThatThrownBy(() -> new Trainer(PLAIN, digits, device,
                    OPTIONS.withOptimizerOptions(OptimizerOptions.NONE.withWeights(WeightStorage.BF16))).close())
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("F32_AND_BF16");
            assertThat(device.memory().used()).isZero();
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void onlyWeightsAreDecayedUnlessAllAreAskedFor(String backend) {
        for (TrainingOptions.Decayed decayed : TrainingOptions.Decayed.values()) {
            try (Device device = device(backend);
                    Trainer trainer = new Trainer(MODEL, digits, device, OPTIONS.withDecay(decayed))) {
                ParameterGroups groups = ParameterGroups.of(trainer.variables(), OPTIONS.withDecay(decayed));
                boolean weightsOnly = decayed == TrainingOptions.Decayed.WEIGHTS;
                assertThat(groups.groups()).extracting(Hyperparameters::weightDecay)
                        .isEqualTo(weightsOnly ? List.of(0.01, 0.0) : List.of(0.01));
                trainer.variables().slots().stream().filter(slot -> slot.variable().isParameter()).forEach(slot -> {
                    long at = slot.offset() / Float.BYTES;
                    assertThat(groups.ranges()).filteredOn(range -> range.begin() <= at && at < range.end())
                            .singleElement().satisfies(range -> assertThat(range.group()).isEqualTo(
                                    weightsOnly && !slot.variable().name().matches("(0|6)\\.weight") ? 1 : 0));
                });
            }
        }
    }
}

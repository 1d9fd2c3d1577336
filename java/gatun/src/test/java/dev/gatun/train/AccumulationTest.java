package dev.gatun.train;

import static dev.gatun.nn.Layers.batchNorm;
import static dev.gatun.nn.Layers.conv2d;
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
import dev.gatun.data.image.DataSource;
import dev.gatun.data.image.DataSplit;
import dev.gatun.data.image.DigitsOptions;
import dev.gatun.io.CheckpointException;
import dev.gatun.io.CheckpointStore;
import dev.gatun.io.LoadedCheckpoint;
import dev.gatun.io.Tensors;
import dev.gatun.memory.Buffer;
import dev.gatun.memory.NoLeaks;
import dev.gatun.model.Model;
import dev.gatun.optim.LossScaling;
import dev.gatun.optim.OptimizerOptions;
import dev.gatun.train.step.NonFiniteGradientException;
import dev.gatun.train.step.NonFiniteLossException;
import dev.gatun.update.rule.SgdHyperparameters;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;

/** Steps of several batches, and of a scaled loss. */
@ExtendWith(NoLeaks.class)
class AccumulationTest {
    private static final Model PLAIN =
            new Model("plain", 1, 28, 28, 10, sequential(flatten(), linear(12), relu(), linear(10)));
    private static final Model NORMALIZED = new Model("normalized", 1, 28, 28, 10,
            sequential(conv2d(3, 5).stride(2), batchNorm(), relu(), maxPool(2), flatten(), linear(10)));
    private static final TrainingOptions OPTIONS = TrainingOptions.defaults().withEpochs(2).withBatchSize(16);

    private final DataSplit digits = DataSource.digits(DigitsOptions.defaults().withTrain(128).withTest(20));

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        digits.close();
    }

    private static Device device(String name) {
        return TestDevices.open(name);
    }

    private static Map<String, byte[]> bytes(Trainer trainer) {
        Map<String, byte[]> bytes = new LinkedHashMap<>();
        bytes.put("parameters", bytes(trainer, trainer.variables().parameters()));
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

    private float[] trained(String backend, Model model, TrainingOptions options, List<String> reports) {
        try (Device device = device(backend); Trainer trainer = new Trainer(model, digits, device, options)) {
            trainer.run((progress, _) -> reports.add(progress.step() + ": " + Math.round(progress.meanLoss() * 1e4)
                    + " "
                    + progress.accuracy()));
            return Transfers.floats(device, trainer.variables().parameters());
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void fourSmallBatchesAreOneLargeOne(String backend) {
        List<String> reports = new ArrayList<>();
        List<String> wanted = new ArrayList<>();
        TrainingOptions options = OPTIONS.withOptimizer(
                SgdHyperparameters.DEFAULTS.withLearningRate(0.1).withMomentum(0.9).withWeightDecay(1e-3));
        float[] small = trained(backend, PLAIN, options.withAccumulate(4), reports);
        float[] large = trained(backend, PLAIN, options.withBatchSize(64), wanted);
        assertThat(reports).isEqualTo(wanted).hasSize(2).last().asString().startsWith("4: ");
        for (int i = 0; i < large.length; i++) {
            assertThat(small[i]).isCloseTo(large[i], within(2e-6f));
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void aRunGoesOnFromAnEpochsLastStepThatTookFewerBatches(String backend) {
        TrainingOptions options = OPTIONS.withAccumulate(3);
        Map<String, byte[]> whole;
        try (Device device = device(backend); Trainer trainer = new Trainer(PLAIN, digits, device, options)) {
            trainer.run();
            whole = bytes(trainer);
        }
        Path written;
        try (Device device = device(backend); Trainer trainer = new Trainer(PLAIN, digits, device, options)) {
            CheckpointStore store = new CheckpointStore(folder);
            List<Path> paths = new ArrayList<>();
            trainer.run(new TrainingListener() {
                @Override
                public boolean requiresSettledState(long step) {
                    return step == 3;
                }

                @Override
                public void onStep(Progress progress) {
                    if (progress.step() == 3) {
                        paths.add(store.write(3, trainer.checkpoint()));
                    }
                }

                @Override
                public void onEpoch(Progress progress, Evaluation test) {}
            });
            written = paths.getFirst();
        }
        try (Device device = device(backend); Trainer trainer = new Trainer(PLAIN, digits, device, options);
                LoadedCheckpoint checkpoint = CheckpointStore.read(written)) {
            trainer.restore(checkpoint);
            trainer.run();
            assertSame(bytes(trainer), whole);
        }
    }

    /** Eight batches by threes: the last step of an epoch has two, and takes their mean. */
    @ParameterizedTest
    @OnEachDevice
    void theLastStepOfAnEpochTakesWhatIsLeft(String backend) {
        try (Device device = device(backend);
                Trainer trainer = new Trainer(PLAIN, digits, device, OPTIONS.withAccumulate(3))) {
            assertThat(trainer.progress().batches()).isEqualTo(3);
            List<Double> rates = new ArrayList<>();
            trainer.run(new TrainingListener() {
                @Override
                public void onStep(Progress progress) {
                    rates.add(progress.learningRate());
                }

                @Override
                public void onEpoch(Progress progress, Evaluation test) {
                    assertThat(progress.accuracy() * 128).as("all images were seen").isCloseTo(
                            Math.rint(progress.accuracy() * 128), within(1e-9));
                }
            });
            assertThat(rates).as("schedules count steps").hasSize(6);
            assertThat(rates.getFirst()).isEqualTo(2e-3);
        }
        List<String> reports = new ArrayList<>();
        List<String> wanted = new ArrayList<>();
        float[] all = trained(backend, PLAIN, OPTIONS.withAccumulate(100), reports);
        float[] large = trained(backend, PLAIN, OPTIONS.withBatchSize(128), wanted);
        assertThat(reports).isEqualTo(wanted);
        for (int i = 0; i < large.length; i++) {
            assertThat(all[i]).isCloseTo(large[i], within(2e-5f)); // Adam divides by small second moments
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void normalisationsCountBatches(String backend) {
        try (Device device = device(backend);
                Trainer trainer = new Trainer(NORMALIZED, digits, device, OPTIONS.withAccumulate(3))) {
            for (int cut = 1; cut <= 6; cut++) {
                stopAfter(trainer, cut);
                assertThat(trainer.checkpoint().model())
                        .filteredOn(tensor -> tensor.name().endsWith(".num_batches_tracked"))
                        .singleElement().extracting(Tensors::bytes).satisfies(bytes -> assertThat(
                                        MemorySegment.ofArray(bytes).get(ValueLayout.JAVA_LONG_UNALIGNED, 0))
                                .isEqualTo(trainer.progress().step() * 3 - trainer.progress().step() / 3));
            }
        }
    }

    @ParameterizedTest
    @OnEachDevice(value = {"1 | dynamic,initial=3e38,backoff=0.01,interval=2", "4 | dynamic,interval=2"},
            moreOnTheCpu = {"2 | none", "4 | 1024", "5 | dynamic,interval=2"})
    void aRunThatWasCutEndsInTheSameBytes(String backend, int cut, String scale) {
        TrainingOptions options =
                OPTIONS.withBatchSize(12).withEpochs(3).withAccumulate(4).withLossScaling(LossScaling.parse(scale));
        Map<String, byte[]> whole;
        try (Device device = device(backend); Trainer trainer = new Trainer(NORMALIZED, digits, device, options)) {
            trainer.run();
            whole = bytes(trainer);
        }
        assertSame(resumed(backend, options, cut), whole);
    }

    private Map<String, byte[]> resumed(String backend, TrainingOptions options, int cut) {
        Path written;
        try (Device device = device(backend); Trainer trainer = new Trainer(NORMALIZED, digits, device, options)) {
            stopAfter(trainer, cut);
            written = new CheckpointStore(folder).write(cut, trainer.checkpoint());
        }
        try (Device device = device(backend);
                Trainer trainer = new Trainer(NORMALIZED, digits, device, options);
                LoadedCheckpoint checkpoint = CheckpointStore.read(written)) {
            trainer.restore(checkpoint);
            assertThat(trainer.progress().step()).isEqualTo(cut);
            trainer.run();
            return bytes(trainer);
        }
    }

    private static void stopAfter(Trainer trainer, int cut) {
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
            public void onEpoch(Progress progress, Evaluation test) {}
        });
    }

    @ParameterizedTest
    @OnEachDevice
    void aCheckpointOfOtherStepsIsRefused(String backend) {
        Path written;
        try (Device device = device(backend);
                Trainer trainer = new Trainer(PLAIN, digits, device, OPTIONS.withAccumulate(8))) {
            written = new CheckpointStore(folder).write(0, trainer.checkpoint());
        }
        try (Device device = device(backend);
                Trainer trainer = new Trainer(PLAIN, digits, device, OPTIONS.withAccumulate(9));
                LoadedCheckpoint checkpoint = CheckpointStore.read(written)) {
            assertThatThrownBy(() -> trainer.restore(checkpoint)).isInstanceOf(CheckpointException.class)
                    .hasMessageContaining("was made with accumulate 8, this run has 9");
        }
        try (Device device = device(backend);
                Trainer trainer = new Trainer(PLAIN, digits, device,
                        OPTIONS.withAccumulate(8).withLossScaling(LossScaling.DYNAMIC));
                LoadedCheckpoint checkpoint = CheckpointStore.read(written)) {
            assertThatThrownBy(() -> trainer.restore(checkpoint)).isInstanceOf(CheckpointException.class)
                    .hasMessageContaining("scales its loss, the other does not");
        }
    }

    /** Threes overflow, and no step begins with one: the batches before had moved the running statistics. */
    @ParameterizedTest
    @OnEachDevice
    void aLossThatOverflowsLeavesTheBuffersAsTheyWereBeforeTheStep(String backend) {
        TrainingOptions options = OPTIONS.withBatchSize(1).withAccumulate(32);
        try (Device device = device(backend); Trainer trainer = new Trainer(NORMALIZED, digits, device, options)) {
            float[] biases = new float[10];
            Arrays.fill(biases, 3e38f);
            biases[3] = -3e38f;
            trainer.variables().write("5.bias", biases);
            List<byte[]> buffers = new ArrayList<>(List.of(bytes(trainer, trainer.variables().buffers())));
            assertThatThrownBy(() -> trainer.run(new TrainingListener() {
                @Override
                public void onStep(Progress progress) {
                    buffers.add(bytes(trainer, trainer.variables().buffers()));
                }

                @Override
                public boolean requiresSettledState(long step) {
                    return true;
                }

                @Override
                public void onEpoch(Progress progress, Evaluation test) {}
            })).isInstanceOf(NonFiniteLossException.class);
            assertThat(bytes(trainer, trainer.variables().buffers())).isEqualTo(buffers.getLast());
        }
    }

    /** Powers of two scale exactly. */
    @ParameterizedTest
    @OnEachDevice
    void aScaledLossTrainsAlikeAndIsReportedAsItIs(String backend) {
        List<String> reports = new ArrayList<>();
        List<String> wanted = new ArrayList<>();
        TrainingOptions fixed = OPTIONS.withLossScaling(new LossScaling.Fixed(1024));
        assertThat(fixed.optimizerOptions().lossScaling()).isEqualTo(fixed.lossScaling())
                .isEqualTo(new LossScaling.Fixed(1024));
        float[] scaled = trained(backend, PLAIN, fixed, reports);
        float[] plain = trained(backend, PLAIN, OPTIONS, wanted);
        assertThat(reports).isEqualTo(wanted);
        assertThat(scaled).isEqualTo(plain);
        assertThat(trained(backend, PLAIN, OPTIONS.withAccumulate(2).withLossScaling(LossScaling.DYNAMIC), reports))
                .isEqualTo(trained(backend, PLAIN, OPTIONS.withAccumulate(2), wanted));
    }

    @ParameterizedTest
    @OnEachDevice
    void aStepThatIsLeftOutChangesNoByte(String backend) {
        TrainingOptions options = OPTIONS.withBatchSize(1)
                .withOptimizerOptions(OptimizerOptions.NONE.withAverageDecay(0.9))
                .withLossScaling(LossScaling.DYNAMIC.withInitial(3e38).withBackoff(1e-3).withInterval(100));
        try (Device device = device(backend); Trainer trainer = new Trainer(PLAIN, digits, device, options)) {
            List<Float> scales = new ArrayList<>();
            stopAfter(trainer, 1);
            Map<String, byte[]> before;
            try (Trainer untouched = new Trainer(PLAIN, digits, device, options)) {
                before = bytes(untouched);
            }
            assertSame(bytes(trainer), before);
            assertThat(trainer.optimizer().steps()).isZero();
            assertThat(trainer.progress().skippedSteps()).isEqualTo(1);
            trainer.run(new TrainingListener() {
                @Override
                public void onStep(Progress progress) {
                    scales.add(progress.lossScale());
                }

                @Override
                public void onEpoch(Progress progress, Evaluation test) {}
            });
            assertThat(scales.getFirst()).isEqualTo((float) (3e38f * 1e-3));
            assertThat(trainer.progress().skippedSteps()).isLessThan(5);
            assertThat(trainer.optimizer().steps() + trainer.progress().skippedSteps())
                    .isEqualTo(trainer.progress().step()).isEqualTo(256);
            assertThat(trainer.progress().meanLoss()).isNaN(); // begun anew
            assertThat(bytes(trainer).get("parameters")).isNotEqualTo(before.get("parameters"));
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void aRunOfStepsLeftOutEndsWithTheParameter(String backend) {
        TrainingOptions options = OPTIONS.withLossScaling(new LossScaling.Fixed(1e38, 2));
        try (Device device = device(backend); Trainer trainer = new Trainer(PLAIN, digits, device, options)) {
            float[] weights = trainer.variables().read("3.weight");
            for (int i = 0; i < weights.length; i++) {
                weights[i] *= 1000;
            }
            trainer.variables().write("3.weight", weights);
            Map<String, byte[]> before = bytes(trainer);
            assertThatThrownBy(trainer::run)
                    .isInstanceOfSatisfying(NonFiniteGradientException.class, e -> assertThat(e.step()).isEqualTo(3))
                    .hasMessageStartingWith(
                    "3 steps in a row, up to step 3, had gradients that are not finite, the first in ")
                    .hasMessageMatching(
                    ".* the first in [13]\\.(weight|bias), with the loss scaled by 1.0E38: use a smaller .*");
            assertSame(bytes(trainer), before);
        }
    }

    @Test
    void aStepOfSeveralBatchesAllocatesNothing() {
        TrainingOptions options = OPTIONS.withEpochs(30).withAccumulate(2).withLossScaling(LossScaling.DYNAMIC);
        try (Device device = device(TestDevices.COUNTED);
                Trainer trainer = new Trainer(PLAIN, digits, device, options)) {
            trainer.run(); // the median of its steps; the first ones are not compiled yet
            assertThat(trainer.measurements().heapBytesPerStep()).isZero();
        }
    }
}

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
import dev.gatun.data.Batch;
import dev.gatun.data.BatchLoader;
import dev.gatun.data.BatchLoaderOptions;
import dev.gatun.data.Sampler;
import dev.gatun.data.image.DataSource;
import dev.gatun.data.image.DataSplit;
import dev.gatun.data.image.DigitsOptions;
import dev.gatun.data.image.ImageExamples;
import dev.gatun.data.image.Normalization;
import dev.gatun.engine.TensorTransfer;
import dev.gatun.engine.Variables;
import dev.gatun.io.CheckpointStore;
import dev.gatun.io.LoadedCheckpoint;
import dev.gatun.io.Tensors;
import dev.gatun.memory.NoLeaks;
import dev.gatun.model.Model;
import dev.gatun.nn.BatchNorm;
import dev.gatun.optim.Lookahead;
import dev.gatun.optim.OptimizerOptions;
import dev.gatun.optim.SharpnessAware;
import dev.gatun.optim.StochasticAverage;
import dev.gatun.optim.Wrappers;
import dev.gatun.optim.schedule.text.RunSchedule;
import dev.gatun.train.step.BatchFeed;
import dev.gatun.train.step.KeptBuffers;
import dev.gatun.train.step.KeptState;
import dev.gatun.train.step.LossCheck;
import dev.gatun.train.step.NonFiniteLossException;
import dev.gatun.train.step.Phase;
import dev.gatun.train.step.SecondPass;
import dev.gatun.train.step.StepPlan;
import dev.gatun.train.step.TrainingStep;
import dev.gatun.train.task.ImageClassification;
import dev.gatun.train.task.MetricSums;
import dev.gatun.train.task.Task;
import dev.gatun.update.kernel.WeightStorage;
import dev.gatun.update.rule.SgdHyperparameters;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;

/** Look-ahead, sharpness-aware minimisation and averaged weights in a run. */
@ExtendWith(NoLeaks.class)
class WrappersTest {
    private static final Model NORMALIZED = new Model("normalized", 1, 28, 28, 10, sequential(
            // weights in an order of their own
            conv2d(16, 5).stride(2), batchNorm(), relu(), maxPool(2), conv2d(16, 3), relu(),
            flatten(), dropout(0.2), linear(10)));
    private static final Model NORMALIZED_FIRST =
            new Model("normalized first", 1, 28, 28, 10, sequential(batchNorm(), flatten(), linear(10)));
    private static final Model NORMALIZED_STILL =
            new Model("normalized still", 1, 28, 28, 10, sequential(new BatchNorm(1e-5, 0), flatten(), linear(10)));
    private static final TrainingOptions OPTIONS = TrainingOptions.defaults().withEpochs(3).withBatchSize(16)
            .withSchedule(RunSchedule.CONSTANT).withOptimizer(SgdHyperparameters.DEFAULTS.withLearningRate(0.05));
    private static final Wrappers AVERAGED = Wrappers.NONE.withAverage(StochasticAverage.from(2));
    private static final Wrappers SHARP = Wrappers.NONE.withSharpness(new SharpnessAware(0.5,
            SharpnessAware.DEFAULTS.sharpness()));

    private final DataSplit digits = DataSource.digits(DigitsOptions.defaults().withTrain(64).withTest(20));

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        digits.close();
    }

    private static Device device(String name) {
        return TestDevices.open(name);
    }

    /** All that a checkpoint holds. */
    private static Map<String, byte[]> bytes(Trainer trainer) {
        Map<String, byte[]> bytes = new LinkedHashMap<>();
        trainer.checkpoint().model().forEach(tensor -> bytes.put(tensor.name(), Tensors.bytes(tensor)));
        trainer.checkpoint().optimizer().forEach(
                tensor -> bytes.put("optimizer " + tensor.name(), Tensors.bytes(tensor)));
        return bytes;
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
    @OnEachDevice(value = {"6", "10"}, moreOnTheCpu = {"3", "4"})
    void aRunThatWasCutEndsInTheSameBytes(String backend, int cut) {
        TrainingOptions options = OPTIONS.withWrappers(new Wrappers(
                new Lookahead(3, 0.5), SharpnessAware.parse("0.1,adaptive"), StochasticAverage.parse("2,0.02")));
        Map<String, byte[]> whole;
        Evaluation evaluated;
        try (Device device = device(backend); Trainer trainer = new Trainer(NORMALIZED, digits, device, options)) {
            trainer.run();
            whole = bytes(trainer);
            evaluated = trainer.evaluate();
        }
        assertThat(whole.keySet()).contains("optimizer 0.weight.slow", "optimizer 0.weight.swa",
                "optimizer 1.running_mean.swa");
        Path written;
        try (Device device = device(backend); Trainer trainer = new Trainer(NORMALIZED, digits, device, options)) {
            stopAfter(trainer, cut);
            written = new CheckpointStore(folder).write(cut, trainer.checkpoint());
        }
        try (Device device = device(backend);
                Trainer trainer = new Trainer(NORMALIZED, digits, device, options);
                LoadedCheckpoint checkpoint = CheckpointStore.read(written)) {
            trainer.restore(checkpoint);
            trainer.run();
            Map<String, byte[]> again = bytes(trainer);
            assertThat(again.keySet()).isEqualTo(whole.keySet());
            whole.forEach((name, wanted) -> assertThat(again.get(name)).as(name).isEqualTo(wanted));
            assertThat(trainer.evaluate()).isEqualTo(evaluated);
            written = new CheckpointStore(folder).write(100, trainer.checkpoint());
        }
        Normalization normalization = Normalization.measure(digits.train(), digits.train().size());
        Task task = ImageClassification.of(NORMALIZED, normalization);
        try (Device device = device(backend);
                LoadedCheckpoint checkpoint = CheckpointStore.read(written);
                Variables variables = Evaluator.variables(task, device, 16);
                TensorTransfer transfer = new TensorTransfer(device);
                Evaluator evaluator = new Evaluator(task, device, new ImageExamples(digits.test(), normalization), 16,
                        variables)) {
            SavedTensors.loadVariables(variables, checkpoint.model(), transfer);
            TrainerState.loadAverage(variables, checkpoint, transfer);
            Evaluation loaded = evaluator.run();
            assertThat(loaded.correct()).as("what was trained is what is used").isEqualTo(evaluated.correct());
            assertThat(loaded.loss()).isCloseTo(evaluated.loss(), within(1e-6));
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void theMeanIsThatOfTheEpochsWeights(String backend) {
        List<float[]> epochs = new ArrayList<>();
        try (Device device = device(backend);
                Trainer trainer = new Trainer(NORMALIZED, digits, device, OPTIONS.withWrappers(AVERAGED))) {
            trainer.run((progress, test) -> {
                epochs.add(trainer.variables().read("0.weight"));
                assertThat(test).isEqualTo(trainer.evaluate());
            });
            AveragedWeights averaged = averaged(trainer);
            assertThat(averaged.epochs()).isEqualTo(2);
            Variables.Slot slot = trainer.variables().slot("0.weight");
            float[] mean = trainer.variables().read(slot.stored(), averaged.memory(slot));
            for (int i = 0; i < mean.length; i++) {
                assertThat(mean[i]).isCloseTo((epochs.get(1)[i] + epochs.get(2)[i]) / 2, within(1e-7f));
            }
            assertThat(mean).isNotEqualTo(epochs.get(2));
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void theMeanDoesNotTouchTheRun(String backend) {
        Map<String, byte[]> plain;
        try (Device device = device(backend); Trainer trainer = new Trainer(NORMALIZED, digits, device, OPTIONS)) {
            trainer.run();
            plain = bytes(trainer);
        }
        try (Device device = device(backend);
                Trainer trainer = new Trainer(NORMALIZED, digits, device, OPTIONS.withWrappers(AVERAGED))) {
            trainer.run();
            Map<String, byte[]> averaged = bytes(trainer);
            plain.forEach((name, wanted) -> assertThat(averaged.get(name)).as(name).isEqualTo(wanted));
        }
    }

    /** Normalised are the images themselves, so the statistics do not depend on the weights. */
    @ParameterizedTest
    @OnEachDevice
    void statisticsAreMeansOverTheBatches(String backend) {
        try (Device device = device(backend);
                Trainer trainer = new Trainer(NORMALIZED_FIRST, digits, device, OPTIONS.withWrappers(AVERAGED))) {
            trainer.run();
            double[] wanted = statistics(device, 2);
            AveragedWeights averaged = averaged(trainer);
            String[] names = {"0.running_mean", "0.running_var"};
            for (int i = 0; i < names.length; i++) {
                Variables.Slot slot = trainer.variables().slot(names[i]);
                assertThat(trainer.variables().read(slot.stored(), averaged.memory(slot))[0])
                        .isCloseTo((float) wanted[i], within(2e-6f));
                assertThat(trainer.variables().read(names[i])[0]).as("the run keeps its own")
                        .isNotEqualTo((float) wanted[i]);
            }
        }
    }

    /** At momentum 0 no batch moves the statistics: those of the run, mean 0 and variance 1, are the average's too. */
    @ParameterizedTest
    @OnEachDevice
    void statisticsThatStandStillAreThoseOfTheRun(String backend) {
        try (Device device = device(backend);
                Trainer trainer = new Trainer(NORMALIZED_STILL, digits, device, OPTIONS.withWrappers(AVERAGED))) {
            trainer.run();
            AveragedWeights averaged = averaged(trainer);
            for (String name : List.of("0.running_mean", "0.running_var")) {
                Variables.Slot slot = trainer.variables().slot(name);
                assertThat(trainer.variables().read(slot.stored(), averaged.memory(slot)))
                        .containsExactly(name.endsWith("var") ? 1 : 0);
            }
        }
    }

    /**
     * The mean of a run whose listener fails after every epoch, once, and that then goes on, here or from a checkpoint.
     */
    @ParameterizedTest
    @OnEachDevice({"false", "true"})
    void anEpochEntersTheMeanOnce(String backend, boolean resumed) {
        TrainingOptions options = OPTIONS.withWrappers(AVERAGED);
        Map<String, byte[]> whole;
        try (Device device = device(backend); Trainer trainer = new Trainer(NORMALIZED, digits, device, options)) {
            trainer.run();
            whole = bytes(trainer);
        }
        Path written;
        try (Device device = device(backend); Trainer trainer = new Trainer(NORMALIZED, digits, device, options)) {
            for (int failing = 0; failing < 3; failing++) {
                int epoch = failing;
                assertThatThrownBy(() -> trainer.run((progress, _) -> {
                    if (progress.epoch() == epoch) {
                        throw new IllegalStateException("no room for the table");
                    }
                })).hasMessage("no room for the table");
            }
            written = new CheckpointStore(folder).write(1, trainer.checkpoint());
            if (!resumed) {
                trainer.run();
                isSame(trainer, whole);
                return;
            }
        }
        try (Device device = device(backend); Trainer trainer = new Trainer(NORMALIZED, digits, device, options);
                LoadedCheckpoint checkpoint = CheckpointStore.read(written)) {
            trainer.restore(checkpoint);
            trainer.run();
            isSame(trainer, whole);
        }
    }

    private static void isSame(Trainer trainer, Map<String, byte[]> wanted) {
        assertThat(averaged(trainer).epochs()).isEqualTo(2);
        Map<String, byte[]> found = bytes(trainer);
        wanted.forEach((name, values) -> assertThat(found.get(name)).as(name).isEqualTo(values));
    }

    private static AveragedWeights averaged(Trainer trainer) {
        return (AveragedWeights) trainer.states().stream()
                .filter(kept -> kept.kind() == KeptState.Kind.MEAN).findFirst().orElseThrow();
    }

    private ImageExamples images() {
        return new ImageExamples(digits.train(), Normalization.measure(digits.train(), digits.train().size()));
    }

    /** Mean and unbiased variance of each batch of an epoch, averaged over its batches. */
    private double[] statistics(Device device, int epoch) {
        double[] found = new double[2];
        try (BatchLoader loader = new BatchLoader(images(), Sampler.shuffled(digits.train().size(), OPTIONS.seed()),
                BatchLoaderOptions.defaults().withBatchSize(OPTIONS.batchSize()), device.memory())) {
            loader.start(epoch, 0);
            for (Batch batch = loader.next(); batch != null; batch = loader.next()) {
                float[] pixels = batch.tensor(ImageExamples.IMAGES).toArray(ValueLayout.JAVA_FLOAT);
                loader.release(batch);
                double mean = 0;
                for (float pixel : pixels) {
                    mean += (double) pixel / pixels.length;
                }
                double variance = 0;
                for (float pixel : pixels) {
                    variance += (pixel - mean) * (pixel - mean) / (pixels.length - 1);
                }
                found[0] += mean / loader.batches();
                found[1] += variance / loader.batches();
            }
        }
        return found;
    }

    /** The step is made again from two plain ones: one for the gradient at the start, one for that up the slope. */
    @ParameterizedTest
    @OnEachDevice
    void aSharpStepTakesTheGradientUpTheSlope(String backend) {
        Map<String, float[]> start = new LinkedHashMap<>();
        Map<String, float[]> up = new LinkedHashMap<>();
        Map<String, float[]> wanted = new LinkedHashMap<>();
        float[] statistics;
        try (Device device = device(backend); Trainer trainer = new Trainer(NORMALIZED, digits, device, OPTIONS)) {
            List<String> parameters = trainer.variables().slots().stream().map(Variables.Slot::variable)
                    .filter(variable -> variable.isParameter()).map(variable -> variable.name()).toList();
            parameters.forEach(name -> start.put(name, trainer.variables().read(name)));
            stopAfter(trainer, 1);
            statistics = trainer.variables().read("1.running_mean");
            double sum = 0;
            for (String name : parameters) {
                for (float g : trainer.variables().readGradient(name)) {
                    sum += (double) g * g;
                }
            }
            double coefficient = 0.5 / Math.sqrt(sum);
            start.forEach((name, w) -> up.put(name, moved(w, coefficient, trainer.variables().readGradient(name))));
        }
        try (Device device = device(backend); Trainer trainer = new Trainer(NORMALIZED, digits, device, OPTIONS)) {
            up.forEach((name, w) -> trainer.variables().write(name, w));
            stopAfter(trainer, 1);
            start.forEach((name, w) -> wanted.put(name, moved(w, -0.05, trainer.variables().readGradient(name))));
        }
        try (Device device = device(backend);
                Trainer trainer = new Trainer(NORMALIZED, digits, device, OPTIONS.withWrappers(SHARP))) {
            stopAfter(trainer, 1);
            wanted.forEach((name, values) -> assertThat(trainer.variables().read(name)).as(name)
                    .containsExactly(values, within(1e-6f)));
            assertThat(trainer.variables().read("1.running_mean")).as("of the first pass").containsExactly(statistics);
        }
    }

    private static float[] moved(float[] from, double coefficient, float[] along) {
        float[] moved = from.clone();
        for (int i = 0; i < moved.length; i++) {
            moved[i] = (float) (from[i] + coefficient * along[i]);
        }
        return moved;
    }

    /** So far up the slope that the loss overflows there. */
    @ParameterizedTest
    @OnEachDevice
    void aLossThatOverflowsUpTheSlopeLeavesEverythingAsItWas(String backend) {
        TrainingOptions options =
                OPTIONS.withWrappers(SHARP.withSharpness(new SharpnessAware(1e38,
                SharpnessAware.DEFAULTS.sharpness())));
        try (Device device = device(backend); Trainer trainer = new Trainer(NORMALIZED, digits, device, options)) {
            Map<String, byte[]> before = bytes(trainer);
            assertThatThrownBy(trainer::run).isInstanceOf(NonFiniteLossException.class);
            Map<String, byte[]> after = bytes(trainer);
            before.forEach((name, wanted) -> assertThat(after.get(name)).as(name).isEqualTo(wanted));
        }
    }

    /** The program is closed, so that it fails as soon as it is to run up the slope. */
    @ParameterizedTest
    @OnEachDevice
    void aSecondPassThatFailsLeavesEverythingAsItWas(String backend) {
        try (Device device = device(backend); Trainer trainer = new Trainer(NORMALIZED, digits, device, OPTIONS);
                KeptBuffers kept = new KeptBuffers(device, trainer.variables(), trainer.optimizer().control());
                SecondPass second = new SecondPass(device, trainer.variables(), trainer.optimizer().control(),
                        new LossCheck(trainer.optimizer().control(), null),
                        Objects.requireNonNull(SHARP.sharpness()), null);
                BatchLoader loader = new BatchLoader(images(), Sampler.sequential(digits.train().size()),
                        BatchLoaderOptions.defaults().withBatchSize(OPTIONS.batchSize()), device.memory())) {
            stopAfter(trainer, 1);
            Map<String, byte[]> before = bytes(trainer);
            Phase firstPass = state -> {
                loader.release(state.load(trainer.programs().of(OPTIONS.batchSize())));
                // as it may leave them
                Transfers.change(device, trainer.variables().buffers(), memory -> memory.fill((byte) 1));
                trainer.program().close();
            };
            TrainingStep step = new TrainingStep(device, new BatchFeed(loader, device.stream()), trainer.optimizer(),
                    trainer.programs(),
                    new TrainingStep.Phases(List.of(kept, firstPass, second), List.of(), null, 1),
                    MetricSums.ofTraining(trainer.task()));
            loader.start(0, 0);
            assertThatThrownBy(() -> step.submit(StepPlan.of(0, 2, 2, OPTIONS.batchSize())))
                    .isInstanceOf(IllegalStateException.class);
            Map<String, byte[]> after = bytes(trainer);
            before.forEach((name, wanted) -> assertThat(after.get(name)).as(name).isEqualTo(wanted));
        }
    }

    @Test
    void whatDoesNotGoTogetherIsRefused() {
        assertThatThrownBy(() -> OPTIONS.withAccumulate(2).withWrappers(SHARP))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("use one batch in a step");
        assertThatThrownBy(() -> OPTIONS
                .withOptimizerOptions(OptimizerOptions.NONE.withWeights(WeightStorage.F32_AND_BF16))
                .withWrappers(Wrappers.NONE.withLookahead(Lookahead.DEFAULTS)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("copy in bf16");
        assertThatThrownBy(() -> OPTIONS.withOptimizerOptions(OptimizerOptions.NONE.withAverageDecay(0.9))
                .withWrappers(AVERAGED))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("leave one out");
        assertThatThrownBy(() -> OPTIONS.withOptimizerOptions(OptimizerOptions.NONE.withAverageDecay(0.9))
                .withWrappers(Wrappers.NONE.withLookahead(Lookahead.DEFAULTS)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("look-ahead moves the weights after");
    }

    @Test
    void wrappedStepsAllocateNothing() {
        TrainingOptions options = OPTIONS.withEpochs(80).withWrappers(SHARP.withLookahead(Lookahead.DEFAULTS));
        try (Device device = device(TestDevices.COUNTED);
                Trainer trainer = new Trainer(NORMALIZED, digits, device, options)) {
            trainer.run(); // the median of its steps; the first ones are not compiled yet
            assertThat(trainer.measurements().heapBytesPerStep()).isZero();
        }
    }
}

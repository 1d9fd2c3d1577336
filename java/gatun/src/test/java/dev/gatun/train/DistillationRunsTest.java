package dev.gatun.train;

import static dev.gatun.nn.Layers.batchNorm;
import static dev.gatun.nn.Layers.conv2d;
import static dev.gatun.nn.Layers.dropout;
import static dev.gatun.nn.Layers.flatten;
import static dev.gatun.nn.Layers.linear;
import static dev.gatun.nn.Layers.maxPool;
import static dev.gatun.nn.Layers.relu;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gatun.backend.Device;
import dev.gatun.backend.OnEachDevice;
import dev.gatun.backend.TestDevices;
import dev.gatun.backend.Transfers;
import dev.gatun.compress.Snapshot;
import dev.gatun.compress.distill.Distillation;
import dev.gatun.compress.distill.Teacher;
import dev.gatun.data.image.Augmentation;
import dev.gatun.data.image.DataSource;
import dev.gatun.data.image.DataSplit;
import dev.gatun.data.image.DigitsOptions;
import dev.gatun.data.image.Normalization;
import dev.gatun.graph.Precision;
import dev.gatun.graph.PrecisionPolicy;
import dev.gatun.io.CheckpointException;
import dev.gatun.io.CheckpointStore;
import dev.gatun.io.LoadedCheckpoint;
import dev.gatun.memory.NoLeaks;
import dev.gatun.model.Model;
import dev.gatun.nn.Sequential;
import dev.gatun.optim.OptimizerOptions;
import dev.gatun.train.compress.Snapshots;
import dev.gatun.update.rule.SgdHyperparameters;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Small runs of students on drawn digits. */
@ExtendWith(NoLeaks.class)
class DistillationRunsTest {
    private static final Normalization NORMALIZATION = Normalization.grey(0.2f, 0.3f);
    private static final TrainingOptions OPTIONS = TrainingOptions.defaults().withEpochs(2).withBatchSize(16);
    private static final String EVERYTHING = "labels:weight=0.5+kd:t=4:weight=1..0.5+logits:weight=0.1"
            + "+hint:layers=relu1:weight=0.1+at:layers=relu1>relu2,relu2:weight=10+fsp:layers=pool,relu2:weight=0.1"
            + "+rkd-distance:weight=0.5+rkd-angle:weight=0.5+sp:weight=10+cc:weight=0.1+self:layers=relu1:weight=0.2"
            + "+mutual:weight=0.1";

    private final DataSplit digits = DataSource.digits(DigitsOptions.defaults().withTrain(90).withTest(20));

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        digits.close();
    }

    /** A network of two convolutions; the second has 6 channels whatever the first has. */
    private static Model model(String name, int width) {
        return new Model(name, 1, 28, 28, 10, Sequential.empty()
                .then("conv1", conv2d(width, 5).stride(2)).then("norm", batchNorm()).then("relu1", relu())
                .then("conv0", conv2d(4, 1)).then("pool", maxPool(2))
                .then("conv2", conv2d(6, 3)).then("relu2", relu()).then("flatten", flatten())
                .then("drop", dropout(0.2)).then("fc", linear(10)));
    }

    private static final Model STUDENT = model("student", 3);

    private static Teacher teacher(Model model, List<String> classes, Normalization normalization) {
        Random random = new Random(7);
        Map<String, float[]> values = new LinkedHashMap<>();
        Snapshot.variables(model).forEach(variable -> {
            float[] elements = new float[Math.toIntExact(variable.shape().elements())];
            for (int i = 0; i < elements.length; i++) {
                elements[i] = variable.name().endsWith("running_var") ? 0.5f + random.nextFloat()
                        : 0.3f * (float) random.nextGaussian();
            }
            values.put(variable.name(), elements);
        });
        return new Teacher(new Snapshot(model, values), classes, normalization);
    }

    private static final List<String> CLASSES = List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
    private static final Teacher TEACHER = teacher(model("teacher", 5), CLASSES, NORMALIZATION);

    private static Device device() {
        return TestDevices.openForAnyPrecision(TestDevices.COUNTED);
    }

    private static TrainingOptions by(String distillation) {
        return OPTIONS.withDistillation(Distillation.parse(distillation));
    }

    private Trainer trainer(Device device, TrainingOptions options, @Nullable Teacher teacher) {
        return new Trainer(STUDENT, digits, device, options, NORMALIZATION, teacher);
    }

    private static Map<String, byte[]> bytes(Trainer trainer) {
        Map<String, byte[]> bytes = new LinkedHashMap<>();
        bytes.put("parameters", Transfers.bytes(trainer.device(), trainer.variables().parameters()));
        bytes.put("buffers", Transfers.bytes(trainer.device(), trainer.variables().buffers()));
        trainer.optimizer().states().forEach((name, state) -> bytes.put(name,
                Transfers.bytes(trainer.device(), state)));
        return bytes;
    }

    private static void assertSame(Map<String, byte[]> actual, Map<String, byte[]> expected) {
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        expected.forEach((name, wanted) -> assertThat(actual.get(name)).as(name).isEqualTo(wanted));
    }

    private static void runTo(Trainer trainer, long step) {
        trainer.run(new TrainingListener() {
            @Override
            public void onStep(Progress progress) {
                if (progress.step() == step) {
                    trainer.requestStop();
                }
            }

            @Override
            public boolean requiresSettledState(long each) {
                return each == step; // no later step is submitted before that one is read
            }

            @Override
            public void onEpoch(Progress progress, Evaluation evaluation) {}
        });
    }

    @ParameterizedTest
    @OnEachDevice
    void aRunThatIsResumedEndsWithTheSameBytes(String backend) {
        TrainingOptions options = by(EVERYTHING)
                .withOptimizerOptions(OptimizerOptions.NONE.withAverageDecay(0.9));
        Map<String, byte[]> whole;
        try (Device device = TestDevices.open(backend); Trainer trainer = trainer(device, options, TEACHER)) {
            trainer.run();
            whole = bytes(trainer);
        }
        Path written;
        try (Device device = TestDevices.open(backend); Trainer trainer = trainer(device, options, TEACHER)) {
            runTo(trainer, 8);
            written = new CheckpointStore(folder).write(8, trainer.checkpoint());
        }
        try (Device device = TestDevices.open(backend);
                Trainer trainer = trainer(device, options, TEACHER);
                LoadedCheckpoint checkpoint = CheckpointStore.read(written)) {
            assertThat(checkpoint.model().names()).noneMatch(name -> name.startsWith("teacher")
                    || name.startsWith("distill") || name.startsWith("peer"));
            assertThat(checkpoint.optimizer().names()).contains("distill.2.adapter.weight.value",
                    "peer.fc.weight.value", "peer.norm.running_mean.value", "distill.9.exit.weight.value")
                    .noneMatch(name -> name.startsWith("teacher"));
            assertThat(Snapshots.read(checkpoint).model().name()).isEqualTo("student");
            trainer.restore(checkpoint);
            trainer.run();
            assertSame(bytes(trainer), whole);
        }
        try (Device device = TestDevices.open(backend);
                Trainer trainer = trainer(device, by("kd+hint:layers=relu1"), TEACHER);
                LoadedCheckpoint checkpoint = CheckpointStore.read(written)) {
            assertThatThrownBy(() -> trainer.restore(checkpoint)).isInstanceOf(CheckpointException.class);
        }
    }

    @Test
    void theTeacherStaysAsItIs() {
        try (Device device = device(); Trainer trainer = trainer(device, by(EVERYTHING), TEACHER)) {
            trainer.run();
            TEACHER.network().values().forEach((name, values) ->
                    assertThat(trainer.variables().read("teacher." + name)).as(name).containsExactly(values));
            assertThat(trainer.variables().read("distill.weight.0")).containsExactly(0.5f);
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void aWeightThatBeginsAtZeroChangesTheSecondStepFirst(String backend) {
        TrainingOptions plain = OPTIONS.withOptimizer(SgdHyperparameters.DEFAULTS.withLearningRate(0.1)).withEpochs(1);
        TrainingOptions distilled = plain.withDistillation(Distillation.parse("kd:weight=0..1"));
        List<Map<String, byte[]>> ends = new ArrayList<>();
        for (int steps = 1; steps <= 2; steps++) {
            for (TrainingOptions options : List.of(plain, distilled)) {
                try (Device device = TestDevices.open(backend); Trainer trainer = trainer(device, options,
                        options.distillation().isActive() ? TEACHER : null)) {
                    runTo(trainer, steps);
                    ends.add(bytes(trainer));
                }
            }
        }
        assertSame(ends.get(1), ends.get(0));
        assertThat(ends.get(3).get("parameters")).isNotEqualTo(ends.get(2).get("parameters"));
    }

    private static final Model PLAIN = new Model("plain", 1, 28, 28, 10,
            Sequential.empty().then("flatten", flatten()).then("fc", linear(10)));

    /** The mean loss of the first step, at which the student's numbers are the same in all runs. */
    private double firstLoss(TrainingOptions options, @Nullable Teacher teacher) {
        double[] loss = new double[1];
        try (Device device = device();
                Trainer trainer = new Trainer(STUDENT, digits, device, options, NORMALIZATION, teacher)) {
            trainer.run(new TrainingListener() {
                @Override
                public void onStep(Progress progress) {
                    if (progress.step() == 1) {
                        loss[0] = progress.meanLoss();
                        trainer.requestStop();
                    }
                }

                @Override
                public void onEpoch(Progress progress, Evaluation evaluation) {}
            });
        }
        return loss[0];
    }

    @Test
    void anotherOrderOfClassesAndAnotherNormalizationMakeNoDifference() {
        Teacher one = teacher(PLAIN, CLASSES, NORMALIZATION);
        float[] weight = one.network().values("fc.weight");
        float[] bias = one.network().values("fc.bias");
        // (x - 0.2) / 0.3 = 2 (x - 0.5) / 0.6 + 1: twice the weights, and the sum of the old ones more
        List<String> backwards = CLASSES.reversed();
        float[] newWeight = new float[weight.length];
        float[] newBias = new float[bias.length];
        for (int i = 0; i < 10; i++) {
            newBias[9 - i] = bias[i];
            for (int j = 0; j < 784; j++) {
                newWeight[(9 - i) * 784 + j] = 2 * weight[i * 784 + j];
                newBias[9 - i] += weight[i * 784 + j];
            }
        }
        Teacher other = new Teacher(one.network().with(Map.of("fc.weight", newWeight, "fc.bias", newBias)), backwards,
                Normalization.grey(0.5f, 0.6f));
        TrainingOptions options = by("labels:weight=0+logits");
        assertThat(firstLoss(options, other)).isCloseTo(firstLoss(options, one), within(1e-3));
        assertThat(firstLoss(options, new Teacher(other.network(), CLASSES, Normalization.grey(0.5f, 0.6f))))
                .isNotCloseTo(firstLoss(options, one), within(0.1));
    }

    @Test
    void cachedScoresAreThoseThatAreComputed() {
        TrainingOptions computed = by("labels:weight=0+kd:t=2");
        TrainingOptions cached = by("cached+labels:weight=0+kd:t=2");
        assertThat(firstLoss(cached, TEACHER)).isCloseTo(firstLoss(computed, TEACHER), within(1e-4));
        Teacher backwards = new Teacher(TEACHER.network(), CLASSES.reversed(), NORMALIZATION);
        assertThat(firstLoss(cached, backwards)).isCloseTo(firstLoss(computed, backwards), within(1e-4))
                .isNotCloseTo(firstLoss(cached, TEACHER), within(1e-2));
    }

    @Test
    void aTeacherOfLargerImagesSeesThemResized() {
        Model larger = new Model("larger", 1, 32, 32, 10,
                Sequential.empty().then("flatten", flatten()).then("fc", linear(10)));
        assertThat(firstLoss(by("kd"), teacher(larger, CLASSES, NORMALIZATION))).isPositive();
    }

    @ParameterizedTest
    @ValueSource(strings = {"bf16"})
    void layersMayComputeInSixteenBits(String precision) {
        TrainingOptions options = by(EVERYTHING);
        double wide = firstLoss(options, TEACHER);
        assertThat(firstLoss(options.withPrecision(PrecisionPolicy.of(Precision.valueOf(
                precision.toUpperCase(java.util.Locale.ROOT)))), TEACHER)).isCloseTo(wide, within(0.05 * wide));
    }

    @Test
    void aNetworkLearnsFromItselfWithoutATeacher() {
        try (Device device = device(); Trainer trainer = trainer(device,
                by("self:layers=relu1,relu2:weight=0.5+mutual").withEpochs(6), null)) {
            double untrained = trainer.evaluate().loss();
            trainer.run();
            assertThat(trainer.evaluate().loss()).isLessThan(untrained);
        }
    }

    @Test
    void stepsAllocateNothing() {
        try (Device device = TestDevices.open(TestDevices.COUNTED);
                Trainer trainer = trainer(device, by(EVERYTHING).withEpochs(80), TEACHER)) {
            trainer.run(); // the median of its steps; the first ones are not compiled yet
            assertThat(trainer.measurements().heapBytesPerStep()).isZero();
        }
    }

    private void refuse(TrainingOptions options, @Nullable Teacher teacher, String message) {
        try (Device device = device()) {
            assertThatThrownBy(() -> trainer(device, options, teacher)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(message);
        }
    }

    @Test
    void whatDoesNotFitIsRefused() {
        refuse(by("kd"), null, "distillation by kd:t=4:weight=1 needs a teacher: give one");
        refuse(OPTIONS, TEACHER, "a teacher is given, but not what to learn from it: name a distillation, such as"
                + " kd:t=4");
        refuse(by("mutual"), TEACHER, "a teacher is given, but mutual:t=1:weight=1 learns from none: leave it out, or"
                + " name a method such as kd:t=4");
        refuse(by("kd"), new Teacher(TEACHER.network(), List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "nine"),
                NORMALIZATION), "the teacher has other classes than the student, which learns 0, 1, 2, 3, 4, 5, 6, 7,"
                        + " 8,"
                + " 9, while the teacher knows 0, 1, 2, 3, 4, 5, 6, 7, 8, nine: take a teacher of the same classes");
        refuse(by("hint:layers=relu3"), TEACHER, "distillation by hint: the student has no layer \"relu3\"; did you"
                + " mean"
                + " \"relu1\"?");
        refuse(by("hint:layers=relu1>rellu1"), TEACHER, "distillation by hint: the teacher has no layer \"rellu1\"; did"
                + " you mean \"relu1\"?");
        refuse(by("labels:weight=0+kd:weight=0"), TEACHER,
                "all weights of the distillation are 0: nothing would be learnt");
        refuse(by("cached+kd").withAugmentations(List.of(new Augmentation.Pad(2), new Augmentation.RandomCrop(28, 28))),
                TEACHER, "the scores of the teacher are cached for images as they are, but these are augmented: leave"
                        + " out"
                + " \"cached\", or the augmentation");
        refuse(by("fsp:layers=relu1,relu2"), TEACHER, "distillation by fsp: distill.0: features of the student"
                + " f32(16x3x12x12) and of the teacher f32(16x5x12x12) must have the same number of channels for their"
                + " flow to be compared: choose other layers");
    }
}

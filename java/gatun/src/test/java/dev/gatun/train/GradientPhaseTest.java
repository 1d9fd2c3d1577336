package dev.gatun.train;

import static dev.gatun.nn.Layers.batchNorm;
import static dev.gatun.nn.Layers.flatten;
import static dev.gatun.nn.Layers.linear;
import static dev.gatun.nn.Layers.relu;
import static dev.gatun.nn.Layers.sequential;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.backend.Device;
import dev.gatun.backend.OnEachDevice;
import dev.gatun.backend.TestDevices;
import dev.gatun.backend.Transfers;
import dev.gatun.data.image.DataSource;
import dev.gatun.data.image.DataSplit;
import dev.gatun.data.image.DigitsOptions;
import dev.gatun.data.image.ImageExamples;
import dev.gatun.data.image.Normalization;
import dev.gatun.engine.Variables;
import dev.gatun.memory.Buffer;
import dev.gatun.memory.NoLeaks;
import dev.gatun.memory.Role;
import dev.gatun.model.Model;
import dev.gatun.optim.LossScaling;
import dev.gatun.optim.SharpnessAware;
import dev.gatun.optim.Wrappers;
import dev.gatun.update.rule.SgdHyperparameters;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A phase that is told when gradients are final. */
@ExtendWith(NoLeaks.class)
class GradientPhaseTest {
    private static final Model MODEL = new Model("reduced", 1, 28, 28, 10, sequential(
            flatten(), linear(6), batchNorm(), relu(), linear(10)));
    private static final TrainingOptions OPTIONS = TrainingOptions.defaults().withEpochs(1).withBatchSize(8)
            .withOptimizer(SgdHyperparameters.DEFAULTS.withLearningRate(0.1));

    private final DataSplit digits = DataSource.digits(DigitsOptions.defaults().withTrain(36).withTest(8));

    @AfterEach
    void close() {
        digits.close();
    }

    private Trainer trainer(
            Device device, TrainingOptions options, Function<Variables, List<GradientPhase>> reductions) {
        Normalization normalization = Normalization.measure(digits.train(), 36);
        return new Trainer(ImageClassification.of(MODEL, normalization),
                new ImageExamples(digits.train(), normalization), new ImageExamples(digits.test(), normalization),
                device, options, reductions);
    }

    /** Copies each range when it is told, and the whole slab when the phase runs. */
    private static final class Copies implements GradientPhase, AutoCloseable {
        private final Device device;
        private final Buffer gradients;
        private final Buffer ranges;
        private final Buffer whole;
        private final TreeMap<Long, Long> told = new TreeMap<>();
        private final List<Integer> counts = new ArrayList<>();

        Copies(Device device, Variables variables) {
            this.device = device;
            gradients = variables.gradients();
            ranges = device.allocate(Role.WORKSPACE, "ranges", gradients.bytes());
            whole = device.allocate(Role.WORKSPACE, "whole", gradients.bytes());
        }

        @Override
        public void onFinal(long firstByte, long bytes) {
            assertThat(told.put(firstByte, bytes)).as("told once").isNull();
            device.copy(gradients.slice(firstByte, bytes), ranges.slice(firstByte, bytes));
        }

        @Override
        public void run(StepState step) {
            device.copy(gradients, whole);
            counts.add(told.size());
            told.clear();
        }

        @Override
        public void close() {
            ranges.close();
            whole.close();
        }
    }

    static Stream<Arguments> runs() {
        return TestDevices.names().flatMap(name -> Stream.of(
                Arguments.of(name, OPTIONS, 6), // weights and biases of three layers
                Arguments.of(name, OPTIONS.withLossScaling(new LossScaling.Fixed(64)), 6),
                Arguments.of(name, OPTIONS.withWrappers(Wrappers.NONE.withSharpness(SharpnessAware.DEFAULTS)), 6),
                Arguments.of(name, OPTIONS.withAccumulate(2), 1)));
    }

    @ParameterizedTest
    @MethodSource("runs")
    void whatIsToldIsNotWrittenAgain(String backend, TrainingOptions options, int ranges) {
        List<Copies> made = new ArrayList<>();
        try (Device device = TestDevices.open(backend);
                Trainer trainer = trainer(device, options, variables -> {
                    made.add(new Copies(device, variables));
                    return List.copyOf(made);
                });
                Copies copies = made.getFirst()) {
            trainer.run();
            assertThat(copies.counts).hasSize(Math.toIntExact(trainer.progress().steps())).containsOnly(ranges);
            float[] wanted = Transfers.floats(device, copies.whole);
            assertThat(wanted).isNotEqualTo(new float[wanted.length]);
            assertThat(Transfers.floats(device, copies.ranges)).as("of the last step").isEqualTo(wanted);
        }
    }

    /** Between gradients and update: what it leaves in the slab is what moves the parameters, here nothing. */
    @ParameterizedTest
    @OnEachDevice
    void itRunsBeforeTheUpdate(String backend) {
        try (Device device = TestDevices.open(backend);
                Trainer trainer = trainer(device, OPTIONS, variables -> List.of(new GradientPhase() {
                    @Override
                    public void onFinal(long firstByte, long bytes) {}

                    @Override
                    public void run(StepState step) {
                        device.zero(variables.gradients());
                    }
                }))) {
            float[] before = Transfers.floats(device, trainer.variables().parameters());
            trainer.run();
            assertThat(Transfers.floats(device, trainer.variables().parameters())).isEqualTo(before);
            assertThat(trainer.optimizer().steps()).isEqualTo(5);
        }
    }
}

package dev.gatun.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import dev.gatun.backend.OnEachDevice;
import dev.gatun.backend.TestDevices;
import dev.gatun.backend.Transfers;
import dev.gatun.memory.NoLeaks;
import dev.gatun.memory.Role;
import dev.gatun.reference.Close;
import dev.gatun.reference.Elements;
import dev.gatun.shape.Bfloat16;
import dev.gatun.shape.DType;
import dev.gatun.shape.Layout;
import dev.gatun.shape.Shape;
import dev.gatun.shape.Stored;
import dev.gatun.shape.TensorType;
import dev.gatun.update.Clipping;
import dev.gatun.update.ElementRange;
import dev.gatun.update.Hyperparameters;
import dev.gatun.update.MatrixRuleFigures;
import dev.gatun.update.kernel.WeightStorage;
import dev.gatun.update.rule.AdafactorHyperparameters;
import dev.gatun.update.rule.Direction;
import dev.gatun.update.rule.MuonHyperparameters;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Muon and Adafactor, which look at whole matrices. */
@ExtendWith(NoLeaks.class)
class MatrixRulesTest {
    private static final MuonHyperparameters MUON = MuonHyperparameters.DEFAULTS.withLearningRate(0.01);
    private static final AdafactorHyperparameters ADAFACTOR = AdafactorHyperparameters.DEFAULTS;

    /** Matrices and vectors in every kind of layout: plain, channels last, blocked, padded on one or both sides. */
    private static final Stored[] TENSORS = {Stored.rowMajor(TensorType.f32(6, 10)), transposed(9, 4),
        channelsLast(5, 3, 2, 3), blocked(6, 5, 2, 2), Stored.rowMajor(TensorType.f32(7)),
        Stored.rowMajor(TensorType.f32(12, 3, 1, 1))};

    private static Stored transposed(long rows, long columns) {
        return Stored.of(TensorType.f32(rows, columns),
                Layout.blocked(new long[] {1, rows}, new long[] {rows, columns}, new int[0], new int[0]));
    }

    private static Stored channelsLast(long... extents) {
        TensorType type = TensorType.f32(extents);
        return Stored.of(type, Layout.channelsLast(type.shape()));
    }

    /**
     * Blocks of four outputs in blocks of four inputs, {@code ABcd4b4a}: 6 outputs and 5 inputs are padded to 8 each.
     */
    private static Stored blocked(long outputs, long inputs, long height, long width) {
        long paddedOutputs = Math.ceilDiv(outputs, 4L) * 4;
        long paddedInputs = Math.ceilDiv(inputs, 4L) * 4;
        long pixels = height * width * 16;
        return Stored.of(TensorType.f32(outputs, inputs, height, width), Layout.blocked(
                new long[] {paddedInputs / 4 * pixels, pixels, width * 16, 16},
                new long[] {paddedOutputs, paddedInputs, height, width}, new int[] {4, 4}, new int[] {1, 0}));
    }

    static Stream<List<Hyperparameters>> rules() {
        return Stream.of(
                List.of(MUON),
                List.of(MUON.withVariant(MuonHyperparameters.Momentum.CLASSIC).withDirection(Direction.MAXIMIZE)
                .withSteps(4),
                        MUON.withAdjustment(MuonHyperparameters.Adjustment.MATCH_RMS_ADAMW)),
                List.of(ADAFACTOR),
                List.of(ADAFACTOR.withWeightDecay(0.1).withThreshold(2), ADAFACTOR.withDirection(Direction.MAXIMIZE)),
                List.of(MUON, ADAFACTOR));
    }

    private static Stored[] rowMajor(Stored... tensors) {
        return Arrays.stream(tensors).map(tensor -> Stored.rowMajor(tensor.type())).toArray(Stored[]::new);
    }

    private static double[][] trained(Matrices matrices, int steps) {
        Random random = new Random(11);
        for (int i = 0; i < TENSORS.length; i++) {
            matrices.weights(i, numbers(random, TENSORS[i]));
        }
        for (int step = 0; step < steps; step++) {
            for (int i = 0; i < TENSORS.length; i++) {
                matrices.gradients(i, numbers(random, TENSORS[i]));
            }
            assertThat(matrices.optimizer().step()).isTrue();
        }
        double[][] weights = new double[TENSORS.length][];
        Arrays.setAll(weights, matrices::weights);
        return weights;
    }

    private static double[] numbers(Random random, Stored tensor) {
        return random.doubles(tensor.type().shape().elements(), -1, 1).toArray();
    }

    @ParameterizedTest
    @MethodSource("dev.gatun.update.MatrixRuleFigures#all")
    void eachDeviceGivesTheFigures(MatrixRuleFigures figures) {
        for (String backend : TestDevices.all()) {
            for (Stored tensor : List.of(Stored.rowMajor(new TensorType(DType.F32, figures.shape())),
                    channelsLast(figures.shape().extents()))) {
                try (Matrices matrices = new Matrices(backend, 1, OptimizerOptions.NONE, List.of(figures.rule()),
                        tensor)) {
                    matrices.weights(0, figures.weights());
                    for (int step = 1; step <= figures.steps(); step++) {
                        matrices.gradients(0, figures.gradients(step));
                        matrices.optimizer().step();
                        double[] weights = matrices.weights(0);
                        for (int i = 0; i < weights.length; i++) {
                            assertThat(weights[i]).as("%s, %s, step %s, weight %s", backend, tensor, step, i)
                                    .isCloseTo(figures.after(step).get(i), within(Math.max(figures.tolerance(), 3e-6)));
                        }
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("rules")
    void devicesGoWhereTheReferenceGoesInEveryLayout(List<Hyperparameters> rules) {
        OptimizerOptions options = OptimizerOptions.NONE.withClipValue(0.4).withAverageDecay(0.9);
        assertSameWay(rules, options.withClipNorm(5));
        assertSameWay(rules, options.withClipping(new Clipping.TensorNorm(0.7)));
    }

    private static void assertSameWay(List<Hyperparameters> rules, OptimizerOptions options) {
        try (Matrices plain = new Matrices(TestDevices.ORACLE, 1, options, rules, rowMajor(TENSORS));
                Matrices laidOut = new Matrices(TestDevices.ORACLE, 1, options, rules, TENSORS)) {
            double[][] exact = trained(plain, 200);
            double[][] exactLaidOut = trained(laidOut, 200);
            for (int i = 0; i < TENSORS.length; i++) {
                Close.assertWithin(TENSORS[i].toString(), exactLaidOut[i], exact[i], 1e-6);
            }
            for (String backend : TestDevices.besidesTheOracle()) {
                try (Matrices device = new Matrices(backend, 1, options, rules, TENSORS)) {
                    double[][] found = trained(device, 200);
                    for (int i = 0; i < TENSORS.length; i++) {
                        Close.assertWithin(TENSORS[i] + " on " + backend, found[i], exact[i], 2e-4);
                        assertSameStates(device, plain, i);
                    }
                }
            }
        }
    }

    private static void assertSameStates(Matrices device, Matrices plain, int tensor) {
        List<TensorState> actual = device.states(tensor);
        List<TensorState> expected = plain.states(tensor);
        assertThat(actual).extracting(TensorState::name).isEqualTo(expected.stream().map(TensorState::name).toList());
        for (int i = 0; i < actual.size(); i++) {
            double[] wanted = Elements.read(
                    Transfers.read(plain.device(), expected.get(i).memory()), expected.get(i).stored());
            double[] found = Elements.read(
                    Transfers.read(device.device(), actual.get(i).memory()), actual.get(i).stored());
            Close.assertWithin(actual.get(i).name(), found, wanted, 2e-4);
        }
    }

    @ParameterizedTest
    @MethodSource("rules")
    void clippingByTensorsAndACopyInBf16GoWithThem(List<Hyperparameters> rules) {
        TestDevices.besidesTheOracle().forEach(backend -> clippedAndCopied(backend, rules));
    }

    private static void clippedAndCopied(String backend, List<Hyperparameters> rules) {
        OptimizerOptions options =
                OptimizerOptions.NONE.withClipping(new Clipping.TensorNorm(0.5))
                        .withWeights(WeightStorage.F32_AND_BF16);
        try (Matrices device = new Matrices(backend, 1, options, rules, TENSORS);
                Matrices reference = new Matrices(TestDevices.ORACLE, 1, options, rules, TENSORS);
                Matrices unclipped = new Matrices(TestDevices.ORACLE, 1, OptimizerOptions.NONE, rules, TENSORS)) {
            double[][] fast = trained(device, 30);
            double[][] exact = trained(reference, 30);
            for (int i = 0; i < TENSORS.length; i++) {
                Close.assertWithin(TENSORS[i].toString(), fast[i], exact[i], 1e-4);
            }
            assertThat(trained(unclipped, 30)[0]).isNotEqualTo(exact[0]);
            for (Matrices one : List.of(device, reference)) {
                short[] copy = Transfers.read(one.device(), one.optimizer().state(Optimizer.COPY))
                        .toArray(ValueLayout.JAVA_SHORT);
                float[] weights = one.memory().getFirst();
                for (int i = 0; i < copy.length; i++) {
                    assertThat(copy[i]).as("element %s", i).isEqualTo(Bfloat16.nearest(weights[i]));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("rules")
    void paddingStaysZeroThroughAThousandSteps(List<Hyperparameters> rules) {
        for (String backend : TestDevices.all()) {
            try (Matrices matrices = new Matrices(backend, 1, OptimizerOptions.NONE, rules, TENSORS)) {
                trained(matrices, 1000);
                double[] sums = matrices.sums();
                assertThat(sums[0]).as(backend).isCloseTo(sums[1], within(1e-9)).isPositive();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("rules")
    void anyNumberOfThreadsGivesAboutTheSameAndOneGivesTheSameAgain(List<Hyperparameters> rules) {
        TestDevices.all().forEach(backend -> repeated(backend, rules));
    }

    private static void repeated(String backend, List<Hyperparameters> rules) {
        double[][] first;
        try (Matrices one = new Matrices(backend, 1, OptimizerOptions.NONE, rules, TENSORS)) {
            first = trained(one, 20);
        }
        try (Matrices again = new Matrices(backend, 1, OptimizerOptions.NONE, rules, TENSORS)) {
            assertThat(trained(again, 20)).isDeepEqualTo(first);
        }
        try (Matrices two = new Matrices(backend, 2, OptimizerOptions.NONE, rules, TENSORS)) {
            double[][] other = trained(two, 20);
            for (int i = 0; i < first.length; i++) {
                Close.assertWithin("tensor " + i, other[i], first[i], 1e-5);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("rules")
    void aStepAllocatesNothing(List<Hyperparameters> rules) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (Matrices matrices = new Matrices(TestDevices.COUNTED, 1, OptimizerOptions.NONE.withClipNorm(1), rules,
                TENSORS)) {
            trained(matrices, 1);
            long native0 = matrices.device().memory().used();
            long least = Long.MAX_VALUE;
            for (int round = 0; round < 60 && least > 0; round++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int step = 0; step < 200; step++) {
                    matrices.optimizer().setLearningRate(1e-3 * (1 + step % 2));
                    matrices.optimizer().step();
                }
                least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
            }
            assertThat(least).isZero();
            assertThat(matrices.device().memory().used()).isEqualTo(native0);
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void adafactorKeepsANumberForEachRowAndColumn(String backend) {
        Stored matrix = Stored.rowMajor(TensorType.f32(500, 20, 5, 5));
        Stored vector = Stored.rowMajor(TensorType.f32(100));
        try (Matrices matrices = new Matrices(backend, 1, OptimizerOptions.NONE, List.of(ADAFACTOR), matrix, vector)) {
            assertThat(matrices.states(0)).extracting(state -> state.name() + state.stored().type().shape())
                    .containsExactly("row_var(500x1)", "col_var(1x500)");
            assertThat(matrices.states(1)).extracting(state -> state.name() + state.stored().type().shape())
                    .containsExactly("variance(100)");
            long states = matrices.device().memory().usedByRole().getOrDefault(Role.OPTIMIZER_STATE, 0L);
            assertThat(states).isLessThan((500 + 500 + 100 + 3 * 16) * Float.BYTES)
                    .isGreaterThanOrEqualTo(1100 * Float.BYTES);
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void muonLeavesVectorsToAdamw(String backend) {
        try (Matrices matrices = new Matrices(backend, 1, OptimizerOptions.NONE, List.of(MUON), TENSORS)) {
            assertThat(matrices.states(0)).extracting(TensorState::name).containsExactly("momentum_buffer");
            assertThat(matrices.states(4)).extracting(TensorState::name).containsExactly("exp_avg", "exp_avg_sq");
            assertThat(matrices.optimizer().hyperparameters(1).learningRate()).isEqualTo(MUON.learningRate());
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void muonRefusesWhatIsNoMatrix(String backend) {
        try (Vectors vectors = new Vectors(backend, 16)) {
            for (ElementRange wrong : List.of(new ElementRange(0, 16, 0),
                    ElementRange.of(0, Stored.rowMajor(TensorType.f32(16)), 0))) {
                assertThatThrownBy(() -> vectors.optimizer(List.of(MUON), wrong).close())
                        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("two or more dimensions")
                        .hasMessageContaining("adamw");
            }
            assertThat(vectors.memory().usedByRole()).doesNotContainKey(Role.OPTIMIZER_STATE)
                    .doesNotContainKey(Role.WORKSPACE);
        }
    }

    @Test
    void aRangeThatIsNotItsTensorIsRefused() {
        assertThatThrownBy(() -> new ElementRange(0, 5, 0, Stored.rowMajor(TensorType.f32(2, 3))))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("6 elements");
    }

    /** Its state has the vector's own length: a pass over padding would go past its end. */
    @Test
    void adafactorRefusesAVectorWithPadding() {
        Stored padded = new Stored(TensorType.f32(3), Layout.rowMajor(Shape.of(3)), 4096);
        assertThatThrownBy(() -> ADAFACTOR.checkRange(ElementRange.of(0, padded, 0)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("without padding");
    }

    @Test
    void numbersOutOfTheirDomainAreRefused() {
        assertThatThrownBy(() -> MUON.withSteps(100)).hasMessageContaining("between 0 and 99");
        assertThatThrownBy(() -> MUON.withMomentum(1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> MUON.withCoefficients(Double.NaN, 0, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ADAFACTOR.withThreshold(0.5)).hasMessageContaining("threshold");
        assertThatThrownBy(() -> ADAFACTOR.withBeta2Decay(0.1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ADAFACTOR.withEpsilons(0, 0)).isInstanceOf(IllegalArgumentException.class);
    }
}

package dev.gatun.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gatun.backend.OnEachDevice;
import dev.gatun.backend.TestDevices;
import dev.gatun.backend.Transfers;
import dev.gatun.memory.Buffer;
import dev.gatun.memory.NoLeaks;
import dev.gatun.memory.Role;
import dev.gatun.shape.Stored;
import dev.gatun.shape.TensorType;
import dev.gatun.update.ElementRange;
import dev.gatun.update.Hyperparameters;
import dev.gatun.update.StateStorage;
import dev.gatun.update.kernel.UpdateRequest;
import dev.gatun.update.kernel.WeightStorage;
import dev.gatun.update.rule.AdamHyperparameters;
import dev.gatun.update.rule.AdamaxHyperparameters;
import dev.gatun.update.rule.LionHyperparameters;
import dev.gatun.update.rule.SgdHyperparameters;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** States in 8 bits. */
@ExtendWith(NoLeaks.class)
class StateStorageTest {
    private static final OptimizerOptions EIGHT_BIT = OptimizerOptions.NONE.withStates(StateStorage.EIGHT_BIT);
    private static final AdamHyperparameters ADAM = AdamHyperparameters.ADAM.withLearningRate(0.01);
    private static final int ELEMENTS = 3 * StateStorage.BLOCK + 41; // the last block is not full
    private static final Stored ALL = Stored.rowMajor(TensorType.f32(ELEMENTS));
    private static final ElementRange[] RANGES = {new ElementRange(0, 17, 0), new ElementRange(17, 300, 1),
        new ElementRange(304, 700, 0), new ElementRange(700, ELEMENTS - 3, 1)};

    static List<List<Hyperparameters>> rules() {
        LionHyperparameters lion = LionHyperparameters.DEFAULTS.withLearningRate(0.01);
        return List.of(List.of(ADAM, AdamHyperparameters.ADAMW.withBetas(0.8, 0.9).withL1(0.01)),
                List.of(lion, lion.withWeightDecay(0.1)));
    }

    /** The CPU computes the states in another precision: where one falls between two codes, it may choose another. */
    @ParameterizedTest
    @MethodSource("rules")
    void devicesGoWhereTheReferenceGoes(List<Hyperparameters> groups) {
        TestDevices.besidesTheOracle().forEach(backend -> goesWhereTheReferenceGoes(backend, groups));
    }

    private static void goesWhereTheReferenceGoes(String backend, List<Hyperparameters> groups) {
        Random random = new Random(7);
        OptimizerOptions options = EIGHT_BIT.withClipNorm(2).withClipValue(0.4).withAverageDecay(0.9);
        try (Vectors device = new Vectors(backend, ELEMENTS);
                Vectors reference = new Vectors(TestDevices.ORACLE, ELEMENTS);
                Optimizer fast = device.optimizer(options, groups, RANGES);
                Optimizer exact = reference.optimizer(options, groups, RANGES)) {
            double[] weights = random.doubles(ELEMENTS, -1, 1).toArray();
            device.weights(weights);
            reference.weights(weights);
            for (int step = 0; step < 50; step++) {
                double[] gradients = random.doubles(ELEMENTS, -0.5, 0.5).toArray();
                device.gradients(gradients);
                reference.gradients(gradients);
                fast.step();
                exact.step();
            }
            float[] a = device.weights();
            float[] b = reference.weights();
            int apart = 0;
            for (int i = 0; i < ELEMENTS; i++) {
                apart += Math.abs(a[i] - b[i]) > 2e-5f ? 1 : 0;
            }
            assertThat(apart).as(backend).isLessThanOrEqualTo(ELEMENTS / 50);
        }
    }

    /** A first step knows no states yet, and moves the weights before it encodes any. */
    @ParameterizedTest
    @OnEachDevice
    void theFirstStepIsThatOfF32AndTheRestComesClose(String backend) {
        assertThat(afterSteps(backend, EIGHT_BIT, 1)).isEqualTo(afterSteps(backend, OptimizerOptions.NONE, 1));
        float[] coded = afterSteps(backend, EIGHT_BIT, 200);
        float[] full = afterSteps(backend, OptimizerOptions.NONE, 200);
        double distance = 0;
        double way = 0;
        for (int i = 0; i < ELEMENTS; i++) {
            distance += Math.pow(coded[i] - full[i], 2);
            way += Math.pow(full[i], 2);
        }
        assertThat(Math.sqrt(distance / way)).isBetween(1e-5, 0.1);
    }

    /** The gradients differ by factors of 10 and 100 within a block. */
    private static float[] afterSteps(String backend, OptimizerOptions options, int steps) {
        Random random = new Random(5);
        try (Vectors vectors = new Vectors(backend, ELEMENTS);
                Optimizer optimizer = vectors.optimizer(options, List.of(ADAM), new ElementRange(0, ELEMENTS, 0))) {
            for (int step = 0; step < steps; step++) {
                double[] gradients = new double[ELEMENTS];
                for (int i = 0; i < ELEMENTS; i++) {
                    gradients[i] = (0.3 + random.nextGaussian()) * Math.pow(10, -i % 3);
                }
                vectors.gradients(gradients);
                optimizer.step();
            }
            return vectors.weights();
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void theStatesTakeAByteAndTheScales(String backend) {
        try (Vectors vectors = new Vectors(backend, ELEMENTS);
                Optimizer optimizer = vectors.optimizer(EIGHT_BIT, List.of(ADAM), new ElementRange(0, ELEMENTS, 0))) {
            assertThat(optimizer.states().keySet())
                    .containsExactly("exp_avg", "exp_avg.scales", "exp_avg_sq", "exp_avg_sq.scales");
            assertThatThrownBy(() -> optimizer.states(0, ALL)).isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("values()");
            assertThat(optimizer.state("exp_avg").bytes()).isEqualTo(ELEMENTS);
            assertThat(optimizer.state("exp_avg.scales").bytes()).isEqualTo(16);
            assertThat(vectors.memory().usedByRole()).containsEntry(Role.OPTIMIZER_STATE, 2L * (ELEMENTS + 16));
        }
    }

    /** What was decoded and is stored again is the same bytes; and all devices read and write the same bytes. */
    @Test
    void decodingAndEncodingLoseNothing() {
        Random random = new Random(1);
        List<List<byte[]>> bytes = new ArrayList<>();
        double[] first = new double[ELEMENTS];
        double[] second = new double[ELEMENTS];
        for (int i = 0; i < ELEMENTS; i++) {
            first[i] = i % 11 == 0 ? 0 : random.nextGaussian() * Math.pow(10, -random.nextInt(8));
            second[i] = i % 11 == 0 ? 0 : Math.pow(10, -random.nextInt(45)); // some denormal
        }
        for (String backend : TestDevices.all()) {
            try (Vectors vectors = new Vectors(backend, ELEMENTS);
                    Optimizer optimizer = vectors.optimizer(EIGHT_BIT, List.of(ADAM),
                            new ElementRange(0, ELEMENTS, 0))) {
                float[] decodedFirst = write(vectors, optimizer, "exp_avg", first);
                float[] decodedSecond = write(vectors, optimizer, "exp_avg_sq", second);
                for (int i = 0; i < ELEMENTS; i++) {
                    if ((float) second[i] == 0) {
                        assertThat(decodedSecond[i]).isZero();
                    } else {
                        assertThat(decodedSecond[i]).as("never zero: it divides").isPositive();
                    }
                    double most = Math.abs(first[i]) / 16 + 1e-4; // what is small beside the largest becomes zero
                    assertThat((double) decodedFirst[i]).isCloseTo(first[i], within(most));
                }
                List<byte[]> before = bytes(vectors, optimizer);
                write(vectors, optimizer, "exp_avg", toDoubles(decodedFirst));
                write(vectors, optimizer, "exp_avg_sq", toDoubles(decodedSecond));
                assertThat(bytes(vectors, optimizer)).usingRecursiveComparison().isEqualTo(before);
                bytes.add(before);
            }
        }
        assertThat(bytes).hasSizeGreaterThan(2).allSatisfy(
                each -> assertThat(each).usingRecursiveComparison().isEqualTo(bytes.getFirst()));
    }

    private static float[] write(Vectors vectors, Optimizer optimizer, String name, double[] state) {
        try (StateValues values = optimizer.values()) {
            Vectors.set(vectors.device(), state(values, name), state);
            values.store();
        }
        try (StateValues values = optimizer.values()) {
            return vectors.values(state(values, name));
        }
    }

    private static Buffer state(StateValues values, String name) {
        return values.of(0, ALL).stream().filter(state -> state.name().equals(name)).findFirst().orElseThrow().memory();
    }

    private static List<byte[]> bytes(Vectors vectors, Optimizer optimizer) {
        return optimizer.states().values().stream().map(state -> Transfers.bytes(vectors.device(), state)).toList();
    }

    private static double[] toDoubles(float[] values) {
        double[] doubles = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            doubles[i] = values[i];
        }
        return doubles;
    }

    @ParameterizedTest
    @OnEachDevice
    void zeroStaysZero(String backend) {
        for (List<Hyperparameters> groups : rules()) {
            try (Vectors vectors = new Vectors(backend, ELEMENTS);
                    Optimizer optimizer = vectors.optimizer(EIGHT_BIT, groups, RANGES)) {
                double[] gradients = new double[ELEMENTS];
                gradients[20] = 1;
                vectors.gradients(gradients);
                for (int step = 0; step < 1000; step++) {
                    optimizer.step();
                }
                float[] weights = vectors.weights();
                assertThat(weights[20]).isNegative();
                weights[20] = 0;
                assertThat(weights).containsOnly(0);
            }
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void weightsOfBf16GoWithIt(String backend) {
        try (Vectors vectors = new Vectors(backend, ELEMENTS);
                Optimizer optimizer = vectors.optimizer(EIGHT_BIT.withWeights(WeightStorage.BF16.stochastic(1)),
                        List.of(ADAM),
                        new ElementRange(0, ELEMENTS, 0))) {
            vectors.gradients(new Random(2).doubles(ELEMENTS, 0.5, 1).toArray());
            optimizer.step();
            assertThat(optimizer.steps()).isEqualTo(1);
            for (int i = 0; i < ELEMENTS; i++) {
                assertThat(vectors.bfloat16Weights()[i]).isCloseTo(-0.01f, within(1e-4f));
            }
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void otherRulesAreRefused(String backend) {
        for (Hyperparameters rule : List.of(SgdHyperparameters.DEFAULTS, AdamaxHyperparameters.DEFAULTS,
                ADAM.withVariant(AdamHyperparameters.Variant.AMSGRAD))) {
            try (Vectors vectors = new Vectors(backend, 4)) {
                assertThatThrownBy(() -> vectors.optimizer(EIGHT_BIT, List.of(rule), new ElementRange(0, 4, 0)).close())
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage(rule.label() + " has no states in 8 bits, only adam, adamw and lion have:"
                                + " store its states in f32");
                assertThat(vectors.memory().usedByRole()).doesNotContainKey(Role.OPTIMIZER_STATE);
            }
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void memoryThatDoesNotFitIsRefused(String backend) {
        try (Vectors vectors = new Vectors(backend, 300);
                Buffer slab = vectors.device().allocate(Role.PARAMETERS, "test", 4096)) {
            List<Hyperparameters> lion = List.of(LionHyperparameters.DEFAULTS);
            Buffer weights = slab.slice(0, 1200);
            Buffer gradients = slab.slice(1200, 1200);
            Buffer codes = slab.slice(2400, 300);
            assertThatThrownBy(() -> new UpdateRequest(lion, List.of(), weights, gradients, Map.of("exp_avg", codes),
                    null,
                    WeightStorage.F32, null, Map.of("exp_avg", slab.slice(2800, 4))))
                    .hasMessageContaining("need 8 bytes");
            assertThatThrownBy(() -> new UpdateRequest(lion, List.of(), weights, gradients,
                    Map.of("exp_avg", slab.slice(2400, 299)), null, WeightStorage.F32, null,
                    Map.of("exp_avg", slab.slice(2800, 8)))).hasMessageContaining("need 300 bytes");
            assertThatThrownBy(() -> new UpdateRequest(lion, List.of(), weights, gradients, Map.of("exp_avg", codes),
                    null,
                    WeightStorage.F32, null, Map.of("other", slab.slice(2800, 8))))
                    .hasMessageContaining("each state has scales");
        }
    }
}

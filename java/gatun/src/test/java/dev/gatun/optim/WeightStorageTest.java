package dev.gatun.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gatun.backend.OnEachDevice;
import dev.gatun.backend.TestDevices;
import dev.gatun.memory.Buffer;
import dev.gatun.memory.NoLeaks;
import dev.gatun.memory.Role;
import dev.gatun.shape.Bfloat16;
import dev.gatun.shape.Stored;
import dev.gatun.shape.TensorType;
import dev.gatun.update.Clipping;
import dev.gatun.update.ElementRange;
import dev.gatun.update.Hyperparameters;
import dev.gatun.update.Scheduled;
import dev.gatun.update.kernel.Rounding;
import dev.gatun.update.kernel.UpdateRequest;
import dev.gatun.update.kernel.WeightStorage.Format;
import dev.gatun.update.kernel.WeightStorage;
import dev.gatun.update.rule.AdamHyperparameters;
import dev.gatun.update.rule.SgdHyperparameters;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Weights in f32 with a copy in bf16, and in bf16 only. */
@ExtendWith(NoLeaks.class)
class WeightStorageTest {
    private static final int MANY = 4096;
    private static final ElementRange ALL = new ElementRange(0, MANY, 0);
    private static final WeightStorage[] ROUNDED =
            {WeightStorage.F32_AND_BF16, WeightStorage.F32_AND_BF16.stochastic(3),
        WeightStorage.BF16, WeightStorage.BF16.stochastic(-7)};

    private static OptimizerOptions options(WeightStorage weights) {
        return OptimizerOptions.NONE.withWeights(weights);
    }

    /** Weights of 1 after twenty steps of AdamW at 1e-4, all in one direction: 1 - 20e-4, if nothing is lost. */
    private static float[] afterTwentySteps(String backend, WeightStorage storage) {
        try (Vectors vectors = new Vectors(backend, MANY);
                Optimizer optimizer = vectors.optimizer(
                        options(storage), List.of(AdamHyperparameters.ADAMW.withLearningRate(1e-4)), ALL)) {
            float[] ones = new float[MANY];
            Arrays.fill(ones, 1);
            boolean rounded = storage.format() == Format.BF16;
            if (rounded) {
                vectors.bfloat16Weights(ones);
            } else {
                vectors.weights(toDoubles(ones));
            }
            vectors.gradients(toDoubles(ones));
            for (int step = 0; step < 20; step++) {
                optimizer.step();
            }
            return rounded ? Arrays.copyOf(vectors.bfloat16Weights(), MANY) : vectors.weights();
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void smallStepsAreLostOnlyWhereWeightsOfBf16AreRoundedToNearest(String backend) {
        assertThat(afterTwentySteps(backend, WeightStorage.BF16)).containsOnly(1);
        assertThat(afterTwentySteps(backend, WeightStorage.F32)).usingComparatorWithPrecision(1e-6f)
                .containsOnly(0.99798f);
        assertThat(afterTwentySteps(backend, WeightStorage.F32_AND_BF16))
                .isEqualTo(afterTwentySteps(backend, WeightStorage.F32));
        float[] stochastic = afterTwentySteps(backend, WeightStorage.BF16.stochastic(2));
        double mean = toDoublesStream(stochastic).average().orElseThrow();
        // A weight goes down by 1 / 256 in a fortieth of its steps: the mean of 4,096 weights has a deviation of
        // 4.4e-5.
        assertThat(mean).isCloseTo(0.99798, within(1.5e-4));
        assertThat(stochastic).isEqualTo(afterTwentySteps(backend, WeightStorage.BF16.stochastic(2)))
                .isNotEqualTo(afterTwentySteps(backend, WeightStorage.BF16.stochastic(1)));
    }

    /** The rule is one subtraction here, so that only the rounding could make a difference. */
    @ParameterizedTest
    @MethodSource("storages")
    void allDevicesRoundWithTheSameBits(WeightStorage storage) {
        float[] wanted = rounded(TestDevices.ORACLE, storage);
        assertThat(TestDevices.besidesTheOracle()).allSatisfy(
                backend -> assertThat(rounded(backend, storage)).isEqualTo(wanted));
    }

    static List<WeightStorage> storages() {
        return List.of(ROUNDED);
    }

    private static float[] rounded(String backend, WeightStorage storage) {
        Random random = new Random(11);
        ElementRange[] ranges = {new ElementRange(3, 1000, 0), new ElementRange(1001, MANY - 5, 1)};
        Hyperparameters rule = SgdHyperparameters.DEFAULTS.withLearningRate(1);
        try (Vectors vectors = new Vectors(backend, MANY);
                Optimizer optimizer = vectors.optimizer(options(storage),
                        List.of(rule, rule.with(Scheduled.LEARNING_RATE, 0.5)), ranges)) {
            float[] weights = new float[MANY];
            for (int i = 0; i < MANY; i++) {
                weights[i] = Bfloat16.toFloat(Bfloat16.nearest((float) random.nextGaussian()));
            }
            if (storage.format() == Format.BF16) {
                vectors.bfloat16Weights(weights);
            } else {
                vectors.weights(toDoubles(weights));
            }
            for (int step = 0; step < 5; step++) {
                vectors.gradients(random.doubles(MANY, -0.01, 0.01).toArray());
                optimizer.step();
            }
            return storage.format() == Format.BF16
                    ? vectors.bfloat16Weights()
                    : vectors.bfloat16(optimizer.state(Optimizer.COPY));
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void theCopyIsTheWeightsRounded(String backend) {
        ElementRange some = new ElementRange(0, 3, 0);
        try (Vectors vectors = new Vectors(backend, 4)) {
            vectors.weights(1.003, -2.003, 3, 1e-3);
            try (Optimizer optimizer = vectors.optimizer(options(WeightStorage.F32_AND_BF16),
                    List.of(SgdHyperparameters.DEFAULTS.withLearningRate(1)), some)) {
                assertThat(copy(vectors, optimizer)).as("before the first step")
                        .containsExactly(rounded(vectors.weights()));
                vectors.gradients(0.25, 0.3, -0.7, 5);
                optimizer.step();
                assertThat(copy(vectors, optimizer)).containsExactly(rounded(vectors.weights()));
                assertThat(optimizer.states().keySet()).containsExactly(Optimizer.COPY);
                assertThat(optimizer.state(Optimizer.COPY).bytes()).isEqualTo(8);
                try (StateValues values = optimizer.values()) {
                    Buffer copy = values.of(0, Stored.rowMajor(TensorType.f32(4))).getFirst().memory();
                    assertThat(vectors.values(copy)).containsExactly(copy(vectors, optimizer));
                    Vectors.set(vectors.device(), copy, 1, 2, 3, 4);
                    values.store();
                }
                assertThat(copy(vectors, optimizer)).containsExactly(1, 2, 3, 4);
            }
            assertThat(vectors.memory().usedByRole()).doesNotContainKeys(Role.OPTIMIZER_STATE, Role.WORKSPACE);
        }
    }

    private static float[] copy(Vectors vectors, Optimizer optimizer) {
        return vectors.bfloat16(optimizer.state(Optimizer.COPY));
    }

    private static float[] rounded(float[] values) {
        float[] rounded = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            rounded[i] = Bfloat16.toFloat(Bfloat16.nearest(values[i]));
        }
        return rounded;
    }

    @Test
    void everyRuleWorksOnWeightsOfBf16() {
        TestDevices.besidesTheOracle().forEach(WeightStorageTest::everyRuleWorks);
    }

    private static void everyRuleWorks(String backend) {
        ElementRange[] ranges = {new ElementRange(0, 17, 0), new ElementRange(17, 41, 1), new ElementRange(41, 60, 2)};
        Random random = new Random(3);
        RuleCases.all().forEach(rule -> {
            try (Vectors device = new Vectors(backend, 60);
                    Vectors reference = new Vectors(TestDevices.ORACLE, 60);
                    Optimizer fast = device.optimizer(options(WeightStorage.BF16.stochastic(5)), rule.groups(), ranges);
                    Optimizer exact = reference.optimizer(options(WeightStorage.BF16.stochastic(5)), rule.groups(),
                            ranges)) {
                for (int i = 0; i < 10; i++) {
                    float[] weights = new float[60];
                    for (int w = 0; w < weights.length; w++) {
                        weights[w] = Bfloat16.toFloat(Bfloat16.nearest(random.nextFloat()));
                    }
                    device.bfloat16Weights(weights);
                    reference.bfloat16Weights(weights);
                    double[] gradients = random.doubles(60, -1, 1).toArray();
                    device.gradients(gradients);
                    reference.gradients(gradients);
                    fast.step();
                    exact.step();
                    // A weight right between two steps of rounding may go either way: at most one in a hundred does.
                    assertThat(differences(device.bfloat16Weights(), reference.bfloat16Weights()))
                            .as("%s on %s", rule, backend).isLessThanOrEqualTo(1);
                }
            }
        });
    }

    private static int differences(float[] a, float[] b) {
        int count = 0;
        for (int i = 0; i < a.length; i++) {
            count += a[i] == b[i] ? 0 : 1;
        }
        return count;
    }

    @ParameterizedTest
    @OnEachDevice
    void misuseIsRefusedInOneLine(String backend) {
        try (Vectors vectors = new Vectors(backend, 4); Buffer slab = vectors.device().allocate(Role.PARAMETERS, "test",
                64)) {
            List<Hyperparameters> rule = List.of(SgdHyperparameters.DEFAULTS);
            List<ElementRange> all = List.of(new ElementRange(0, 4, 0));
            Buffer floats = slab.slice(0, 16);
            Buffer gradients = slab.slice(16, 16);
            Buffer halves = slab.slice(32, 8);
            assertThatThrownBy(() -> new UpdateRequest(rule, all, floats, gradients, Map.of(), null, WeightStorage.BF16,
                    null,
                    Map.of())).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("parameters of bf16");
            assertThatThrownBy(() -> new UpdateRequest(rule, all, halves, gradients, Map.of(), null, WeightStorage.F32,
                    null,
                    Map.of())).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("f32 elements");
            assertThatThrownBy(() -> new UpdateRequest(rule, all, floats, gradients, Map.of(), null,
                    WeightStorage.F32_AND_BF16, null, Map.of())).hasMessageContaining("do not go together");
            assertThatThrownBy(() -> new UpdateRequest(rule, all, floats, gradients, Map.of(), null,
                    WeightStorage.F32, halves, Map.of())).hasMessageContaining("do not go together");
            assertThatThrownBy(() -> new UpdateRequest(rule, all, floats, gradients, Map.of(), null,
                    WeightStorage.F32_AND_BF16, slab.slice(32, 6), Map.of())).hasMessageContaining("need 8 bytes");
            assertThatThrownBy(() -> new UpdateRequest(rule, all, slab.slice(33, 8), gradients, Map.of(), null,
                    WeightStorage.BF16, null, Map.of())).hasMessageContaining("multiple of 2 bytes");
        }
        assertThatThrownBy(() -> new WeightStorage(Format.BF16, Rounding.NEAREST, 1)).hasMessageContaining("no seed");
        assertThatThrownBy(() -> WeightStorage.F32.stochastic(1)).hasMessageContaining("not rounded");
        assertThatThrownBy(() -> options(WeightStorage.BF16).withClipping(new Clipping.WeightNorm(1)))
                .hasMessageContaining("measure weights in f32");
        assertThatThrownBy(() -> options(WeightStorage.BF16).withClipping(new Clipping.Adaptive(1)))
                .hasMessageContaining("f32");
    }

    /** Native code would find the address of closed memory in the struct. */
    @ParameterizedTest
    @OnEachDevice
    void closedWeightsOfBf16AreRefused(String backend) {
        try (Vectors vectors = new Vectors(backend, 4)) {
            Buffer halves = vectors.device().allocate(Role.PARAMETERS, "test", 8);
            try (Buffer gradients = vectors.device().allocate(Role.GRADIENTS, "test", 16);
                    Optimizer optimizer = new Optimizer(vectors.device(), halves, gradients,
                            List.of(SgdHyperparameters.DEFAULTS), List.of(new ElementRange(0, 4, 0)),
                            options(WeightStorage.BF16))) {
                halves.close();
                assertThatThrownBy(optimizer::step).isInstanceOf(IllegalStateException.class);
            }
        }
    }

    private static double[] toDoubles(float[] values) {
        return toDoublesStream(values).toArray();
    }

    private static DoubleStream toDoublesStream(float[] values) {
        return IntStream.range(0, values.length).mapToDouble(i -> values[i]);
    }
}

package dev.gatun.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gatun.backend.AdamHyperparameters;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.backend.Direction;
import dev.gatun.backend.ElementRange;
import dev.gatun.backend.Hyperparameters;
import dev.gatun.backend.SgdHyperparameters;
import dev.gatun.backend.UpdateKernel;
import dev.gatun.backend.UpdateRequest;
import dev.gatun.memory.NoLeaks;
import dev.gatun.memory.Role;
import dev.gatun.memory.Slab;
import dev.gatun.shape.DType;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The optimizer rules against PyTorch 2.13.0: two weights, three steps, in double and in f32 storage. */
@ExtendWith(NoLeaks.class)
class UpdateTest {
    private static final double[] WEIGHTS = {1, -2};
    private static final double[][] GRADIENTS = {{0.5, -0.25}, {-0.3, 0.1}, {0.2, 0.4}};

    record Golden(String name, Hyperparameters rule, List<List<Double>> steps) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Golden> goldens() {
        SgdHyperparameters sgd =
                SgdHyperparameters.DEFAULTS.withLearningRate(0.1).withMomentum(0.9).withWeightDecay(0.01);
        AdamHyperparameters adam = AdamHyperparameters.ADAM.withLearningRate(0.1).withWeightDecay(0.01);
        return Stream.of(
                new Golden("SGD lr=.1 momentum=.9 dampening=.2 wd=.01", sgd.withDampening(0.2), List.of(
                        List.of(0.949, -1.973),
                        List.of(0.9263408, -1.9551216),
                        List.of(0.88920644736, -1.96946694272))),
                new Golden("SGD lr=.1 momentum=.9 nesterov wd=.01", sgd.with(SgdHyperparameters.Momentum.NESTEROV), List.of(
                        List.of(0.9031, -1.9487),
                        List.of(0.91707411, -1.94212747),
                        List.of(0.863721158191, -2.00127598081))),
                new Golden("SGD lr=.1 wd=.01, by hand", sgd.withMomentum(0), List.of(
                        List.of(0.949, -1.973),
                        List.of(0.978051, -1.981027),
                        List.of(0.957072949, -2.019045973))),
                new Golden("Adam lr=.1 wd=.01", adam, List.of(
                        List.of(0.900000001961, -1.9000000037),
                        List.of(0.87870124387, -1.85721514669),
                        List.of(0.841771629833, -1.88896242849))),
                new Golden("Adam lr=.1 wd=.01 betas=(.9,.5)", adam.withBetas(0.9, 0.5), List.of(
                        List.of(), List.of(), List.of(0.831403378988, -1.87779882358))),
                new Golden("AdamW lr=.1 wd=.01", AdamHyperparameters.ADAMW.withLearningRate(0.1), List.of(
                        List.of(0.899000002, -1.898000004),
                        List.of(0.87895119894, -1.86154142102),
                        List.of(0.84332947959, -1.89778001961))));
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void inDouble(Golden golden) {
        Tensor weights = doubles(WEIGHTS);
        Tensor first = doubles(0, 0);
        Tensor second = doubles(0, 0);
        for (int step = 0; step < 3; step++) {
            for (int i = 0; i < 2; i++) {
                double gradient = GRADIENTS[step][i];
                switch (golden.rule()) {
                    case SgdHyperparameters sgd -> SgdRule.step(sgd, step + 1, gradient, weights, first, i);
                    case AdamHyperparameters adam -> AdamRule.step(adam, step + 1, gradient, weights, first, second, i);
                }
            }
            for (int i = 0; i < golden.steps().get(step).size(); i++) {
                assertThat(weights.get(i)).isCloseTo(golden.steps().get(step).get(i), within(1e-11));
            }
        }
    }

    private static Tensor doubles(double... values) {
        return new Tensor(new TensorType(DType.F64, Shape.of(values.length)), MemorySegment.ofArray(values.clone()));
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void inFloatStorage(Golden golden) {
        try (Slabs slabs = new Slabs(2);
                UpdateKernel kernel = slabs.bind(List.of(golden.rule()), List.of(new ElementRange(0, 2, 0)))) {
            slabs.weights(WEIGHTS);
            for (int step = 0; step < 3; step++) {
                slabs.gradients(GRADIENTS[step]);
                kernel.run(step + 1, 1);
                for (int i = 0; i < golden.steps().get(step).size(); i++) {
                    assertThat(slabs.weight(i)).isCloseTo(golden.steps().get(step).get(i), within(5e-7));
                }
            }
        }
    }

    @Test
    void maximizeAndTheGradientScaleTurnTheGradient() {
        SgdHyperparameters rule = SgdHyperparameters.DEFAULTS.withLearningRate(1);
        try (Slabs slabs = new Slabs(1);
                UpdateKernel kernel =
                        slabs.bind(List.of(rule.with(Direction.MAXIMIZE)), List.of(new ElementRange(0, 1, 0)))) {
            slabs.gradients(4);
            kernel.run(1, 0.5);
            assertThat(slabs.weight(0)).isEqualTo(2);
        }
    }

    @Test
    void eachRangeFollowsItsGroupAndTheRestStays() {
        SgdHyperparameters rule = SgdHyperparameters.DEFAULTS.withLearningRate(1);
        try (Slabs slabs = new Slabs(4);
                UpdateKernel kernel = slabs.bind(List.of(rule, rule.withLearningRate(10)),
                        List.of(new ElementRange(0, 1, 1), new ElementRange(2, 4, 0)))) {
            slabs.gradients(1, 1, 1, 1);
            kernel.run(1, 1);
            assertThat(slabs.weights()).containsExactly(-10, 0, -1, -1);
            kernel.set(0, rule.withLearningRate(100));
            kernel.run(2, 1);
            assertThat(slabs.weights()).containsExactly(-20, 0, -101, -101);
        }
    }

    @Test
    void misuseIsNamed() {
        SgdHyperparameters rule = SgdHyperparameters.DEFAULTS;
        try (Slabs slabs = new Slabs(2)) {
            assertThatThrownBy(() -> slabs.bind(List.of(rule), List.of(new ElementRange(0, 3, 0))))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("does not fit a slab of 2");
            UpdateKernel kernel = slabs.bind(List.of(rule), List.of(new ElementRange(0, 2, 0)));
            assertThatThrownBy(() -> kernel.set(0, AdamHyperparameters.ADAM))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("cannot change its rule");
            assertThatThrownBy(() -> kernel.run(0, 1))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("first step is 1");
            kernel.close();
            kernel.close();
            assertThatThrownBy(() -> kernel.run(1, 1))
                    .isInstanceOf(IllegalStateException.class).hasMessageContaining("closed");
        }
    }

    /** A device with parameters, gradients and two states. */
    private static final class Slabs implements AutoCloseable {
        private final Device device = new ReferenceProvider().open(DeviceOptions.defaults());
        private final Slab slab;
        private final Tensor weights;
        private final Tensor gradients;
        private final long bytes;

        Slabs(int elements) {
            TensorType type = TensorType.f32(elements);
            bytes = type.bytes();
            slab = device.memory().allocate(Role.OPTIMIZER_STATE, "test", 4 * bytes);
            weights = new Tensor(type, slab.view(0, bytes));
            gradients = new Tensor(type, slab.view(bytes, bytes));
        }

        UpdateKernel bind(List<Hyperparameters> groups, List<ElementRange> ranges) {
            return device.bindUpdate(new UpdateRequest(groups, ranges, slab.view(0, bytes), slab.view(bytes, bytes),
                    List.of(slab.view(2 * bytes, bytes), slab.view(3 * bytes, bytes))));
        }

        void weights(double... values) {
            for (int i = 0; i < values.length; i++) {
                weights.set(i, values[i]);
            }
        }

        void gradients(double... values) {
            for (int i = 0; i < values.length; i++) {
                gradients.set(i, values[i]);
            }
        }

        double weight(int i) {
            return weights.get(i);
        }

        double[] weights() {
            double[] values = new double[Math.toIntExact(weights.elements())];
            for (int i = 0; i < values.length; i++) {
                values[i] = weights.get(i);
            }
            return values;
        }

        @Override
        public void close() {
            slab.close();
            device.close();
        }
    }
}

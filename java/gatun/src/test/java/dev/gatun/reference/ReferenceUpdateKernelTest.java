package dev.gatun.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.memory.Buffer;
import dev.gatun.memory.HostBuffer;
import dev.gatun.memory.NoLeaks;
import dev.gatun.memory.Role;
import dev.gatun.reference.kernel.Tensor;
import dev.gatun.shape.TensorType;
import dev.gatun.update.ElementRange;
import dev.gatun.update.Hyperparameters;
import dev.gatun.update.RuleFigures;
import dev.gatun.update.kernel.UpdateKernel;
import dev.gatun.update.kernel.UpdateRequest;
import dev.gatun.update.kernel.UpdateStep;
import dev.gatun.update.rule.AdamHyperparameters;
import dev.gatun.update.rule.Direction;
import dev.gatun.update.rule.NadamHyperparameters;
import dev.gatun.update.rule.SgdHyperparameters;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The optimizer rules against PyTorch 2.13.0: two weights, three steps, in double and in f32 storage. */
@ExtendWith(NoLeaks.class)
class ReferenceUpdateKernelTest {
    @ParameterizedTest
    @MethodSource("dev.gatun.update.RuleFigures#all")
    void inDouble(RuleFigures figures) {
        double[] weights = RuleFigures.weights();
        double[][] states = new double[figures.rule().stateNames().size()][weights.length];
        for (int step = 1; step <= figures.steps(); step++) {
            figures.rule().step(step, 1, weights, RuleFigures.gradients(step), states);
            List<Double> wanted = figures.after().getOrDefault(step, List.of());
            for (int i = 0; i < wanted.size(); i++) {
                // PyTorch keeps NAdam's product in f32.
                double tolerance = figures.rule() instanceof NadamHyperparameters ? 3.5e-11 : 1e-11;
                assertThat(weights[i]).as("step %s", step).isCloseTo(wanted.get(i), within(tolerance));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.gatun.update.RuleFigures#all")
    void inFloatStorage(RuleFigures figures) {
        try (Slabs slabs = new Slabs(2);
                UpdateKernel kernel = slabs.bind(List.of(figures.rule()), List.of(new ElementRange(0, 2, 0)))) {
            slabs.weights(RuleFigures.weights());
            for (int step = 1; step <= figures.steps(); step++) {
                slabs.gradients(RuleFigures.gradients(step));
                kernel.run(step(step, 1));
                List<Double> wanted = figures.after().getOrDefault(step, List.of());
                for (int i = 0; i < wanted.size(); i++) {
                    assertThat(slabs.weight(i)).isCloseTo(wanted.get(i), within(5e-7));
                }
            }
        }
    }

    private static UpdateStep step(long number, double gradientScale) {
        UpdateStep step = new UpdateStep();
        step.setNumber(number);
        step.setGradientScale(gradientScale);
        return step;
    }

    @Test
    void maximizeAndTheGradientScaleTurnTheGradient() {
        SgdHyperparameters rule = SgdHyperparameters.DEFAULTS.withLearningRate(1);
        try (Slabs slabs = new Slabs(1);
                UpdateKernel kernel =
                        slabs.bind(List.of(rule.withDirection(Direction.MAXIMIZE)),
                        List.of(new ElementRange(0, 1, 0)))) {
            slabs.gradients(4);
            kernel.run(step(1, 0.5));
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
            kernel.run(step(1, 1));
            assertThat(slabs.weights()).containsExactly(-10, 0, -1, -1);
            kernel.set(0, rule.withLearningRate(100));
            kernel.run(step(2, 1));
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
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("cannot become");
            assertThatThrownBy(() -> kernel.run(step(0, 1)))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("first step is 1");
            kernel.close();
            kernel.close();
            assertThatThrownBy(() -> kernel.run(step(1, 1)))
                    .isInstanceOf(IllegalStateException.class).hasMessageContaining("closed");
        }
    }

    /** A device with parameters, gradients and three states. */
    private static final class Slabs implements AutoCloseable {
        private final Device device = new ReferenceProvider().open(DeviceOptions.defaults());
        private final HostBuffer slab;
        private final Tensor weights;
        private final Tensor gradients;
        private final long bytes;

        Slabs(int elements) {
            TensorType type = TensorType.f32(elements);
            bytes = type.bytes();
            slab = device.memory().allocate(Role.OPTIMIZER_STATE, "test", 5 * bytes);
            weights = new Tensor(type, slab.slice(0, bytes).segment());
            gradients = new Tensor(type, slab.slice(bytes, bytes).segment());
        }

        UpdateKernel bind(List<Hyperparameters> groups, List<ElementRange> ranges) {
            Map<String, Buffer> states = new HashMap<>();
            groups.getFirst().stateNames()
                    .forEach(name -> states.put(name, slab.slice((2 + states.size()) * bytes, bytes)));
            return device.bindUpdate(
                    new UpdateRequest(groups, ranges, slab.slice(0, bytes), slab.slice(bytes, bytes), states, null));
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

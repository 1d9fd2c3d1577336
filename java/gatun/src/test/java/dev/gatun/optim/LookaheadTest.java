package dev.gatun.optim;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gatun.backend.Backends;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.memory.NoLeaks;
import dev.gatun.update.SgdHyperparameters;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Gradient descent with momentum on half the sum of squares, and slow weights that follow. */
@ExtendWith(NoLeaks.class)
class LookaheadTest {
    private static final float[] START = {1, -2, 3, -4, 5};

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "reference"})
    void everyThirdStepGoesAQuarterOfTheWay(String backend) {
        double[] fast = {1, -2, 3, -4, 5};
        double[] slow = fast.clone();
        double[] velocity = new double[fast.length];
        Lookahead options = new Lookahead(3, 0.25);
        try (Arena arena = Arena.ofConfined(); Device device = Backends.open(backend, DeviceOptions.defaults().withThreads(1))) {
            MemorySegment weights = arena.allocateFrom(JAVA_FLOAT, START);
            MemorySegment gradients = arena.allocate(weights.byteSize(), 4);
            SgdHyperparameters rule = SgdHyperparameters.DEFAULTS.withLearningRate(0.1).withMomentum(0.9);
            try (Optimizer optimizer = Optimizers.on(device, rule, weights, gradients);
                    SlowWeights wrapper = new SlowWeights(device, weights, options)) {
                for (int step = 1; step <= 10; step++) {
                    gradients.copyFrom(weights);
                    wrapper.before(optimizer.steps());
                    optimizer.step();
                    wrapper.after(optimizer.steps());
                    for (int i = 0; i < fast.length; i++) {
                        velocity[i] = 0.9 * velocity[i] + fast[i];
                        fast[i] -= 0.1 * velocity[i];
                        if (step % 3 == 0) {
                            slow[i] += 0.25 * (fast[i] - slow[i]);
                            fast[i] = slow[i];
                        }
                        assertThat(weights.getAtIndex(JAVA_FLOAT, i)).isCloseTo((float) fast[i], within(1e-5f));
                        assertThat(wrapper.slab().segment().getAtIndex(JAVA_FLOAT, i))
                                .isCloseTo((float) slow[i], within(1e-5f));
                    }
                }
            }
            assertThat(device.memory().used()).isZero();
        }
    }
}

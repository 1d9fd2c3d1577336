package dev.gatun.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gatun.backend.Backends;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.backend.OnEachDevice;
import dev.gatun.backend.Transfers;
import dev.gatun.memory.Buffer;
import dev.gatun.memory.NoLeaks;
import dev.gatun.memory.Role;
import dev.gatun.update.ElementRange;
import dev.gatun.update.rule.SgdHyperparameters;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;

/** Gradient descent with momentum on half the sum of squares, and slow weights that follow. */
@ExtendWith(NoLeaks.class)
class LookaheadTest {
    private static final float[] START = {1, -2, 3, -4, 5};

    @ParameterizedTest
    @OnEachDevice
    void everyThirdStepGoesAQuarterOfTheWay(String backend) {
        double[] fast = {1, -2, 3, -4, 5};
        double[] slow = fast.clone();
        double[] velocity = new double[fast.length];
        Lookahead options = new Lookahead(3, 0.25);
        try (Device device = Backends.open(backend, DeviceOptions.defaults().withThreads(1));
                Buffer weights = device.allocate(Role.PARAMETERS, "weights", (long) START.length * Float.BYTES);
                Buffer gradients = device.allocate(Role.GRADIENTS, "gradients", weights.bytes())) {
            Transfers.write(device, weights, START);
            long own = device.memory().used();
            SgdHyperparameters rule = SgdHyperparameters.DEFAULTS.withLearningRate(0.1).withMomentum(0.9);
            try (Optimizer optimizer = new Optimizer(device, weights, gradients, List.of(rule),
                            List.of(new ElementRange(0, START.length, 0)));
                    SlowWeights wrapper = new SlowWeights(device, weights, options)) {
                for (int step = 1; step <= 10; step++) {
                    device.copy(weights, gradients);
                    wrapper.before(optimizer.control());
                    optimizer.step();
                    wrapper.after(optimizer.control());
                    for (int i = 0; i < fast.length; i++) {
                        velocity[i] = 0.9 * velocity[i] + fast[i];
                        fast[i] -= 0.1 * velocity[i];
                        if (step % 3 == 0) {
                            slow[i] += 0.25 * (fast[i] - slow[i]);
                            fast[i] = slow[i];
                        }
                        assertThat(Transfers.floats(device, weights)[i]).isCloseTo((float) fast[i], within(1e-5f));
                        assertThat(Transfers.floats(device, wrapper.buffer())[i])
                                .isCloseTo((float) slow[i], within(1e-5f));
                    }
                }
            }
            assertThat(device.memory().used()).isEqualTo(own);
        }
    }
}

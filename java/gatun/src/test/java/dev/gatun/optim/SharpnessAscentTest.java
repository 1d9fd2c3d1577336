package dev.gatun.optim;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gatun.backend.Backends;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.backend.OnEachDevice;
import dev.gatun.backend.Transfers;
import dev.gatun.memory.Buffer;
import dev.gatun.memory.NoLeaks;
import dev.gatun.memory.Role;
import dev.gatun.update.kernel.Sharpness;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;

/** Up the slope and back. */
@ExtendWith(NoLeaks.class)
class SharpnessAscentTest {
    private static final float[] WEIGHTS = {1, -2, 0, 0.5f, 3};
    private static final float[] GRADIENTS = {0.5f, 1, -2, 0, 4};

    /** Weights and gradients on a device, and the perturbation of them. */
    private static final class Slope implements AutoCloseable {
        private final Device device;
        private final Buffer weights;
        private final Buffer gradients;
        private final SharpnessAscent ascent;

        Slope(String backend, SharpnessAware options, float... slope) {
            device = Backends.open(backend, DeviceOptions.defaults().withThreads(1));
            weights = buffer(WEIGHTS);
            gradients = buffer(slope);
            ascent = new SharpnessAscent(device, weights, gradients, options);
        }

        private Buffer buffer(float... values) {
            Buffer buffer = device.allocate(Role.PARAMETERS, "test", (long) values.length * Float.BYTES);
            Transfers.write(device, buffer, values);
            return buffer;
        }

        void set(Buffer buffer, int index, float value) {
            Transfers.change(device, buffer, memory -> memory.setAtIndex(JAVA_FLOAT, index, value));
        }

        float[] weights() {
            return Transfers.floats(device, weights);
        }

        @Override
        public void close() {
            ascent.close();
            weights.close();
            gradients.close();
            device.close();
        }
    }

    @ParameterizedTest
    @OnEachDevice({"PLAIN", "ADAPTIVE"})
    void movesByTheRadiusAndBack(String backend, Sharpness sharpness) {
        double scale = 0.25;
        double[] squares = new double[WEIGHTS.length]; // of the weight, or 1
        double norm = 0;
        for (int i = 0; i < squares.length; i++) {
            squares[i] = sharpness == Sharpness.ADAPTIVE ? WEIGHTS[i] * WEIGHTS[i] : 1;
            norm += squares[i] * scale * scale * GRADIENTS[i] * GRADIENTS[i];
        }
        norm = Math.sqrt(norm);
        try (Slope slope = new Slope(backend, new SharpnessAware(0.3, sharpness), GRADIENTS)) {
            assertThat(slope.ascent.perturb(scale)).isTrue();
            float[] perturbed = slope.weights();
            double distance = 0;
            for (int i = 0; i < squares.length; i++) {
                double change = 0.3 * squares[i] * scale * GRADIENTS[i] / norm;
                assertThat(perturbed[i]).isCloseTo((float) (WEIGHTS[i] + change), within(1e-6f));
                distance += squares[i] == 0 ? 0 : change * change / squares[i];
            }
            assertThat(Math.sqrt(distance)).as("in units of the weight where it is adaptive")
                    .isCloseTo(0.3, within(1e-6));
            slope.ascent.restore();
            assertThat(slope.weights()).containsExactly(WEIGHTS);
            assertThat(Transfers.floats(slope.device, slope.gradients)).containsExactly(GRADIENTS);
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void gradientsThatAreNotFiniteMoveNothing(String backend) {
        try (Slope slope = new Slope(backend, SharpnessAware.DEFAULTS, GRADIENTS)) {
            slope.set(slope.gradients, 1, Float.POSITIVE_INFINITY);
            assertThat(slope.ascent.perturb(1)).isFalse();
            assertThat(slope.weights()).containsExactly(WEIGHTS);
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void thereIsNothingToRestoreWithoutAPerturbation(String backend) {
        try (Slope slope = new Slope(backend, SharpnessAware.DEFAULTS, GRADIENTS)) {
            refusedToRestore(slope);
            slope.ascent.perturb(1);
            slope.ascent.restore();
            refusedToRestore(slope);
            slope.set(slope.gradients, 1, Float.NaN);
            slope.set(slope.weights, 0, 7); // as an optimizer's step would
            slope.ascent.perturb(1);
            refusedToRestore(slope);
            assertThat(slope.weights()[0]).isEqualTo(7);
        }
    }

    private static void refusedToRestore(Slope slope) {
        float[] before = slope.weights();
        assertThatThrownBy(slope.ascent::restore).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("are not perturbed");
        assertThat(slope.weights()).containsExactly(before);
    }

    @ParameterizedTest
    @OnEachDevice
    void noSlopeIsNoPerturbation(String backend) {
        try (Slope slope = new Slope(backend, SharpnessAware.DEFAULTS, new float[WEIGHTS.length])) {
            assertThat(slope.ascent.perturb(1)).isTrue();
            assertThat(slope.weights()).containsExactly(WEIGHTS);
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void memoryThatDoesNotFitIsRefused(String backend) {
        try (Slope slope = new Slope(backend, SharpnessAware.DEFAULTS, GRADIENTS)) {
            long used = slope.device.memory().used();
            assertThatThrownBy(() -> new SharpnessAscent(
                    slope.device, slope.weights, slope.gradients.slice(0, 8), SharpnessAware.DEFAULTS).close())
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("all must have the same size");
            assertThatThrownBy(() -> new SharpnessAscent(
                    slope.device, slope.weights, slope.weights, SharpnessAware.DEFAULTS).close())
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("overlap");
            assertThat(slope.device.memory().used()).isEqualTo(used);
        }
    }
}

package dev.gatun.optim;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gatun.backend.Backends;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.memory.NoLeaks;
import dev.gatun.update.kernel.Sharpness;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Up the slope and back. */
@ExtendWith(NoLeaks.class)
class SharpnessAscentTest {
    private static final float[] WEIGHTS = {1, -2, 0, 0.5f, 3};
    private static final float[] GRADIENTS = {0.5f, 1, -2, 0, 4};

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment weights = arena.allocateFrom(JAVA_FLOAT, WEIGHTS);
    private final MemorySegment gradients = arena.allocateFrom(JAVA_FLOAT, GRADIENTS);

    @AfterEach
    void close() {
        arena.close();
    }

    private static Device device(String backend) {
        return Backends.open(backend, DeviceOptions.defaults().withThreads(1));
    }

    @ParameterizedTest
    @CsvSource({"cpu,PLAIN", "cpu,ADAPTIVE", "reference,PLAIN", "reference,ADAPTIVE"})
    void movesByTheRadiusAndBack(String backend, Sharpness sharpness) {
        double scale = 0.25;
        double[] squares = new double[WEIGHTS.length]; // of the weight, or 1
        double norm = 0;
        for (int i = 0; i < squares.length; i++) {
            squares[i] = sharpness == Sharpness.ADAPTIVE ? WEIGHTS[i] * WEIGHTS[i] : 1;
            norm += squares[i] * scale * scale * GRADIENTS[i] * GRADIENTS[i];
        }
        norm = Math.sqrt(norm);
        try (Device device = device(backend);
                SharpnessAscent ascent = new SharpnessAscent(device, weights, gradients, new SharpnessAware(0.3, sharpness))) {
            assertThat(ascent.climb(scale)).isTrue();
            double distance = 0;
            for (int i = 0; i < squares.length; i++) {
                float there = weights.getAtIndex(JAVA_FLOAT, i);
                double move = 0.3 * squares[i] * scale * GRADIENTS[i] / norm;
                assertThat(there).isCloseTo((float) (WEIGHTS[i] + move), within(1e-6f));
                distance += squares[i] == 0 ? 0 : move * move / squares[i];
            }
            assertThat(Math.sqrt(distance)).as("in units of the weight where it is adaptive").isCloseTo(0.3, within(1e-6));
            ascent.descend();
            assertThat(weights.toArray(JAVA_FLOAT)).containsExactly(WEIGHTS);
            assertThat(gradients.toArray(JAVA_FLOAT)).containsExactly(GRADIENTS);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "reference"})
    void gradientsThatAreNotFiniteMoveNothing(String backend) {
        gradients.setAtIndex(JAVA_FLOAT, 1, Float.POSITIVE_INFINITY);
        try (Device device = device(backend);
                SharpnessAscent ascent = new SharpnessAscent(device, weights, gradients, SharpnessAware.DEFAULTS)) {
            assertThat(ascent.climb(1)).isFalse();
            assertThat(weights.toArray(JAVA_FLOAT)).containsExactly(WEIGHTS);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "reference"})
    void thereIsNoWayBackWithoutAMove(String backend) {
        try (Device device = device(backend);
                SharpnessAscent ascent = new SharpnessAscent(device, weights, gradients, SharpnessAware.DEFAULTS)) {
            refusedToDescend(ascent);
            ascent.climb(1);
            ascent.descend();
            refusedToDescend(ascent);
            gradients.setAtIndex(JAVA_FLOAT, 1, Float.NaN);
            weights.setAtIndex(JAVA_FLOAT, 0, 7); // as an optimizer's step would
            ascent.climb(1);
            refusedToDescend(ascent);
            assertThat(weights.getAtIndex(JAVA_FLOAT, 0)).isEqualTo(7);
        }
    }

    private void refusedToDescend(SharpnessAscent ascent) {
        float[] before = weights.toArray(JAVA_FLOAT);
        assertThatThrownBy(ascent::descend).isInstanceOf(IllegalStateException.class).hasMessageContaining("were not moved");
        assertThat(weights.toArray(JAVA_FLOAT)).containsExactly(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "reference"})
    void noSlopeIsNoMove(String backend) {
        gradients.fill((byte) 0);
        try (Device device = device(backend);
                SharpnessAscent ascent = new SharpnessAscent(device, weights, gradients, SharpnessAware.DEFAULTS)) {
            assertThat(ascent.climb(1)).isTrue();
            assertThat(weights.toArray(JAVA_FLOAT)).containsExactly(WEIGHTS);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "reference"})
    void memoryThatDoesNotFitIsRefused(String backend) {
        try (Device device = device(backend)) {
            assertThatThrownBy(() -> new SharpnessAscent(device, weights, gradients.asSlice(0, 8), SharpnessAware.DEFAULTS).close())
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("all must have the same size");
            assertThatThrownBy(() -> new SharpnessAscent(device, weights, weights, SharpnessAware.DEFAULTS).close())
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("overlap");
            assertThat(device.memory().used()).isZero();
        }
    }
}

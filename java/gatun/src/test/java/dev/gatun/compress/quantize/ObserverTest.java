package dev.gatun.compress.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ObserverTest {
    private static final IntegerGrid SIGNED = IntegerGrid.of(8, false, QuantizationOptions.Symmetry.SYMMETRIC);

    private static Seen seen(float[]... batches) {
        Seen seen = new Seen();
        for (float[] batch : batches) {
            seen.add(batch);
        }
        for (float[] batch : batches) {
            seen.count(batch);
        }
        return seen;
    }

    /** A normal distribution with one value far outside. */
    private static float[] withAnOutlier() {
        SplittableRandom random = new SplittableRandom(7);
        float[] values = new float[100_000];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        values[17] = 60;
        return values;
    }

    @Test
    void minAndMaxAreThoseOfAllBatchesAndTheAverageFollowsThem() {
        Seen seen = seen(new float[] {-1, 2}, new float[] {-3, 1}, new float[] {0, 5});
        assertThat(seen.range(Observer.MIN_MAX, SIGNED)).containsExactly(-3, 5);
        // 0.9 * (0.9 * -1 + 0.1 * -3) + 0.1 * 0 and 0.9 * (0.9 * 2 + 0.1 * 1) + 0.1 * 5
        assertThat(seen.range(Observer.MOVING_AVERAGE, SIGNED)[0]).isCloseTo(-1.08, within(1e-12));
        assertThat(seen.range(Observer.MOVING_AVERAGE, SIGNED)[1]).isCloseTo(2.21, within(1e-12));
    }

    /** What a range costs: rounding of most, and clipping of the outlier. */
    private static double squaredError(float[] values, double[] range, IntegerGrid grid) {
        IntegerGrid.Scale scale = grid.scale(range[0], range[1]);
        double sum = 0;
        for (float value : values) {
            double error = grid.round(value, scale) - value;
            sum += error * error;
        }
        return sum;
    }

    @Test
    void outliersAreCutOffWhereThatCostsLess() {
        float[] values = withAnOutlier();
        Seen seen = seen(values);
        assertThat(seen.range(Observer.MIN_MAX, SIGNED)[1]).isEqualTo(60);
        assertThat(seen.range(Observer.PERCENTILE, SIGNED)[1]).isBetween(3.0, 5.0);
        assertThat(seen.range(Observer.ENTROPY, SIGNED)[1]).isBetween(3.0, 20.0);
        IntegerGrid coarse = IntegerGrid.of(4, false, QuantizationOptions.Symmetry.SYMMETRIC);
        double[] best = seen.range(Observer.MSE, coarse);
        assertThat(best[1]).isLessThan(60);
        for (int part = 5; part <= 100; part += 5) {
            double[] other = {Math.max(seen.range(Observer.MIN_MAX, coarse)[0], -0.6 * part), 0.6 * part};
            assertThat(squaredError(values, best, coarse)).isLessThanOrEqualTo(1.01 * squaredError(values, other,
                    coarse));
        }
    }

    @ParameterizedTest
    @EnumSource(Observer.class)
    void aRangeOfNothingButZerosOrOneNumberIsUsable(Observer observer) {
        Seen zeros = seen(new float[8]);
        double[] range = zeros.range(observer, IntegerGrid.of(8, true, QuantizationOptions.Symmetry.SYMMETRIC));
        assertThat(range).containsExactly(0, 0);
        assertThat(SIGNED.scale(range[0], range[1]).step()).isEqualTo(1);
        double[] same = seen(new float[] {3, 3, 3}).range(observer, SIGNED);
        assertThat(same[1]).isCloseTo(3, within(1e-9));
    }

    @Test
    void valuesThatAreNotFiniteAreRefused() {
        assertThatThrownBy(() -> new Seen().add(new float[] {1, Float.NaN})).isInstanceOf(
                IllegalArgumentException.class).hasMessageContaining("an activation is NaN");
    }

    @Test
    void gridsUseTheirIntegers() {
        IntegerGrid unsigned = IntegerGrid.of(8, true, QuantizationOptions.Symmetry.SYMMETRIC);
        assertThat(unsigned).isEqualTo(new IntegerGrid(0, 255, false));
        assertThat(unsigned.scale(0, 51)).isEqualTo(new IntegerGrid.Scale(0.2, 0));
        assertThat(SIGNED).isEqualTo(new IntegerGrid(-128, 127, false));
        assertThat(SIGNED.scale(-12.7, 3).step()).isCloseTo(0.1, within(1e-12));
        IntegerGrid affine = IntegerGrid.of(2, false, QuantizationOptions.Symmetry.AFFINE);
        assertThat(affine.scale(-1, 2)).isEqualTo(new IntegerGrid.Scale(1, 1));
        assertThat(affine.round(-1, affine.scale(-1, 2))).isEqualTo(-1);
        assertThat(affine.round(9, affine.scale(-1, 2))).isEqualTo(2);
        assertThat(affine.round(0, affine.scale(-1, 2))).isZero();
    }
}

package dev.gatun.dist.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.memory.NoLeaks;
import dev.gatun.shape.Bfloat16;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sums of gradients of 16 bits. */
@ExtendWith(NoLeaks.class)
class SixteenBitCodecTest {
    private static final GradientCompression BF16 = new GradientCompression.Bf16();
    private static final GradientCompression F16 = new GradientCompression.F16();

    /** Returns the result of rank 0. */
    private static float[] reduce(GradientCompression compression, float[]... gradients) {
        int count = gradients[0].length;
        float[][] results = new float[gradients.length][];
        CodecRuns.run(gradients.length, compression, List.of(new TensorRange(0, count, 1)), count,
                (group, reducer, slab) -> {
                    CodecRuns.set(slab, gradients[group.rank()]);
                    reducer.reduce(group, slab, 0, slab.byteSize());
                    results[group.rank()] = CodecRuns.get(slab);
                });
        for (float[] each : results) {
            assertThat(each).isEqualTo(results[0]);
        }
        return results[0];
    }

    private static float[][] draw(int ranks, int count, double scale) {
        Random random = new Random(11);
        return IntStream.range(0, ranks).mapToObj(_ -> {
            float[] values = new float[count];
            for (int i = 0; i < count; i++) {
                values[i] = (float) (scale * random.nextGaussian() * Math.exp(random.nextGaussian()));
            }
            return values;
        }).toArray(float[][]::new);
    }

    /** More than two windows, and one element. */
    @ParameterizedTest
    @CsvSource({"1,1000", "2,150001", "3,200003", "4,1", "4,3"})
    void roundsToBf16TheGradientsAndTheirSum(int ranks, int count) {
        float[][] gradients = draw(ranks, count, 1e-3);
        float[] result = reduce(BF16, gradients);
        for (int i = 0; i < count; i++) {
            float sum = Bfloat16.toFloat(Bfloat16.nearest(gradients[0][i]));
            for (int rank = 1; rank < ranks; rank++) {
                sum += Bfloat16.toFloat(Bfloat16.nearest(gradients[rank][i]));
            }
            assertThat(result[i]).isEqualTo(Bfloat16.toFloat(Bfloat16.nearest(sum)));
        }
    }

    /** Halves of the last place, the largest number, and the first that is too large. */
    @ParameterizedTest
    @ValueSource(ints = {0x3f808000, 0x3f818000, 0x3f808001, 0x00000001, 0x80000000, 0x7f7f7fff, 0x7f7f0000})
    void roundsTiesToEven(int bits) {
        float value = Float.intBitsToFloat(bits);
        assertThat(reduce(BF16, new float[] {value})[0]).isEqualTo(Bfloat16.toFloat(Bfloat16.nearest(value)));
    }

    @ParameterizedTest
    @ValueSource(ints = {0x7f7f8000, 0x7f7fffff, 0x7f800000, 0x7f800001, 0x7fffffff, 0xff7f8000, 0xffffffff})
    void whatIsTooLargeForBf16IsNaN(int bits) {
        assertThat(reduce(BF16, new float[] {1, Float.intBitsToFloat(bits), 2})).containsExactly(1, Float.NaN, 2);
    }

    @ParameterizedTest
    @CsvSource({"1,1000,1", "2,150001,1e-3", "3,200003,1e-12", "4,70000,1e30", "3,1,5", "4,4000,1e-36"})
    void f16IsNearTheSum(int ranks, int count, double scale) {
        float[][] gradients = draw(ranks, count, scale);
        float[] result = reduce(F16, gradients);
        double largest = 0;
        for (float[] each : gradients) {
            for (float value : each) {
                largest = Math.max(largest, Math.abs(value));
            }
        }
        for (int i = 0; i < count; i++) {
            double sum = 0;
            double magnitudes = 0;
            for (float[] each : gradients) {
                sum += each[i];
                magnitudes += Math.abs(each[i]);
            }
            // Half a unit of the last of 11 digits of each and of the sum, and units of 2^-24, the bound being 2^14.
            double bound = magnitudes * 0x1p-10 + ranks * (ranks + 1) * largest * 0x1p-38;
            assertThat(Math.abs(result[i] - sum)).isLessThanOrEqualTo(bound);
        }
    }

    /** Sums of the largest floats are in range until they are floats again. */
    @ParameterizedTest
    @ValueSource(floats = {65_504, 65_520, 1e38f, 0x1p-127f, 0x1p-149f, 3})
    void f16NeitherOverflowsNorVanishes(float value) {
        float[] result = reduce(F16, new float[] {value, -value, 0}, new float[] {value, value, 0},
                new float[] {value, -value, 0});
        assertThat((double) result[0]).isBetween(3 * value * 0.999, 3 * value * 1.001);
        assertThat((double) result[1]).isBetween(-value * 1.001, -value * 0.999);
        assertThat(result[2]).isZero();
        assertThat(reduce(F16, new float[2], new float[2])).containsOnly(0);
    }
}

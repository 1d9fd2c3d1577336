package dev.gatun.dist.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gatun.dist.codec.GradientCompression.Sign;
import dev.gatun.memory.NoLeaks;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The majority's signs. */
@ExtendWith(NoLeaks.class)
class SignCodecTest {
    private static float[] draw(int rank, int count, double zeros) {
        Random random = new Random(100 + rank);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = random.nextDouble() < zeros ? random.nextBoolean() ? 0f : -0f : (float) random.nextGaussian();
        }
        return values;
    }

    /** Of one run, of many that several ranks count, of a part of one. */
    @ParameterizedTest
    @CsvSource({"1,100,0", "2,100,0", "3,4096,0", "2,50001,0", "3,50000,0", "4,50000,0.3", "5,8193,0.1", "8,20000,0.5",
            "3,9000,1"})
    void countsVotes(int ranks, int count, double zeros) {
        int split = count / 3;
        List<TensorRange> tensors =
                List.of(new TensorRange(0, split, 1), new TensorRange(4L * split, count - split, 1));
        int[] votes = new int[count];
        double[] magnitudes = new double[2];
        for (int rank = 0; rank < ranks; rank++) {
            float[] values = draw(rank, count, zeros);
            for (int i = 0; i < count; i++) {
                votes[i] += (int) Math.signum(values[i]);
                magnitudes[i < split ? 0 : 1] += Math.abs(values[i]);
            }
        }
        for (Sign.Scale scale : Sign.Scale.values()) {
            CodecRuns.run(ranks, new Sign(scale), tensors, count, (group, reducer, slab) -> {
                CodecRuns.set(slab, draw(group.rank(), count, zeros));
                reducer.reduce(group, slab, 0, slab.byteSize());
                float[] result = CodecRuns.get(slab);
                for (int i = 0; i < count; i++) {
                    double unit = switch (scale) {
                        case NONE -> ranks;
                        case MEAN -> i < split ? magnitudes[0] / split : magnitudes[1] / (count - split);
                    };
                    assertThat((double) result[i]).isCloseTo(unit * Integer.signum(votes[i]), within(1e-6 * unit));
                }
            });
        }
    }

    /** Without ties and zeros, a bit for each element there and back. */
    @Test
    void sendsBits() {
        int count = 64 * SignPlanes.RUN;
        CodecRuns.run(3, new Sign(Sign.Scale.NONE), List.of(new TensorRange(0, 64, SignPlanes.RUN)), count,
                (group, reducer, slab) -> {
                    CodecRuns.set(slab, draw(group.rank(), count, 0));
                    reducer.reduce(group, slab, 0, slab.byteSize());
                    assertThat(reducer.statistics().rate()).isBetween(31.0, 32.0);
                });
    }
}

package dev.gatun.dist.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.memory.NoLeaks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Random elements, which all ranks choose alike. */
@ExtendWith(NoLeaks.class)
class RandomKCodecTest {
    private static final int COUNT = 1_000;

    /** Returns the indices that each of some steps sends. */
    private static List<List<Integer>> indices(int ranks, double fraction, long seed, int steps) {
        float[] ones = new float[COUNT];
        Arrays.fill(ones, 1);
        List<List<Integer>> indices = new ArrayList<>();
        CodecRuns.run(ranks, new GradientCompression.RandomK(fraction, seed),
                List.of(new TensorRange(0, 10, COUNT / 10)), COUNT, (group, reducer, slab) -> {
                    for (int step = 1; step <= steps; step++) {
                        CodecRuns.set(slab, ones);
                        reducer.reduce(group, slab, 0, slab.byteSize());
                        if (group.isFirst()) {
                            float[] result = CodecRuns.get(slab);
                            indices.add(IntStream.range(0, COUNT).filter(i -> result[i] != 0).boxed().toList());
                        }
                    }
                });
        return indices;
    }

    @Test
    void sendsAnElementOfEachRunAndAllInTime() {
        List<List<Integer>> indices = indices(2, 0.07, 5, 400);
        int[] times = new int[COUNT];
        for (List<Integer> step : indices) {
            assertThat(step).hasSize(70);
            for (int run = 0; run < 70; run++) {
                assertThat(step.get(run)).isBetween(run * COUNT / 70, (run + 1) * COUNT / 70 - 1);
            }
            step.forEach(index -> times[index]++);
        }
        assertThat(indices.get(0)).isNotEqualTo(indices.get(1));
        // 400 draws of 7 in 100: 28 expected, with a deviation of 5.1
        assertThat(Arrays.stream(times).min().orElseThrow()).isGreaterThan(5);
        assertThat(Arrays.stream(times).max().orElseThrow()).isLessThan(55);
        double variance = Arrays.stream(times).mapToDouble(each -> Math.pow(each - 28, 2)).average().orElseThrow();
        assertThat(variance).isBetween(22.0, 30.0);
    }

    @Test
    void followsSeedAndStepOnly() {
        assertThat(indices(1, 0.07, 5, 3)).isEqualTo(indices(3, 0.07, 5, 3));
        assertThat(indices(1, 0.07, 5, 1)).isNotEqualTo(indices(1, 0.07, 6, 1));
        assertThat(indices(1, 1, 5, 1).getFirst()).hasSize(COUNT);
        assertThat(indices(1, 1e-9, 5, 2)).allMatch(step -> step.size() == 1);
    }

    /** What waited for three steps arrives at once. */
    @Test
    void sendsWhatHasGathered() {
        CodecRuns.run(2, new GradientCompression.RandomK(0.5, 1), List.of(new TensorRange(0, 1, 2)), 2,
                (group, reducer, slab) -> {
                    float[] given = {0, 0};
                    float[] waiting = {0, 0};
                    for (int step = 1; step <= 20; step++) {
                        CodecRuns.set(slab, new float[] {1, 10});
                        reducer.reduce(group, slab, 0, slab.byteSize());
                        float[] result = CodecRuns.get(slab);
                        for (int i = 0; i < 2; i++) {
                            waiting[i] += i == 0 ? 2 : 20;
                            if (result[i] != 0) {
                                assertThat(result[i]).isEqualTo(waiting[i]);
                                given[i] += result[i];
                                waiting[i] = 0;
                            }
                        }
                    }
                    assertThat(given[0]).isGreaterThan(20);
                    assertThat(given[1]).isGreaterThan(200);
                });
    }
}

package dev.gatun.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SamplerTest {
    private static final int[] ALL = IntStream.range(0, 1000).toArray();

    @Test
    void shufflesEveryImageOnceInEachEpoch() {
        for (long epoch = 0; epoch < 3; epoch++) {
            assertThat(Sampler.shuffled(1000, 7).order(epoch)).containsExactlyInAnyOrder(ALL).isNotEqualTo(ALL);
        }
    }

    @Test
    void orderDependsOnSeedAndEpochOnly() {
        Sampler sampler = Sampler.shuffled(1000, 7);
        int[] fifth = sampler.order(5);
        sampler.order(6);
        assertThat(sampler.order(5)).isEqualTo(fifth);
        assertThat(Sampler.shuffled(1000, 7).order(5)).isEqualTo(fifth);
        assertThat(sampler.order(6)).isNotEqualTo(fifth);
        assertThat(Sampler.shuffled(1000, 8).order(5)).isNotEqualTo(fifth);
    }

    /** Written down once: a run that is resumed by a later version must see the same order. */
    @Test
    void orderNeverChanges() {
        assertThat(Sampler.shuffled(8, 1).order(0)).containsExactly(4, 5, 2, 0, 7, 6, 3, 1);
    }

    @Test
    void everyPlaceIsEquallyLikely() {
        int[] counts = new int[5];
        for (int epoch = 0; epoch < 5000; epoch++) {
            counts[Sampler.shuffled(5, 3).order(epoch)[0]]++;
        }
        assertThat(counts).satisfies(all -> {
            for (int count : all) {
                assertThat(count).isBetween(900, 1100);
            }
        });
    }

    @Test
    void sequentialKeepsTheOrder() {
        assertThat(Sampler.sequential(1000).order(3)).isEqualTo(ALL);
        assertThat(Sampler.sequential(0).order(0)).isEmpty();
    }

    @Test
    void refusesNegativeSizes() {
        assertThatThrownBy(() -> Sampler.shuffled(-1, 0)).hasMessageContaining("-1");
        assertThatThrownBy(() -> Sampler.sequential(-1)).hasMessageContaining("-1");
    }
}

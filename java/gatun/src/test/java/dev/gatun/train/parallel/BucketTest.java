package dev.gatun.train.parallel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.engine.GradientListener;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** How gradients are divided for their sums. */
class BucketTest {
    /** Weights of four layers in front, their biases behind, and final from the last layer to the first. */
    private static void finals(GradientListener listener) {
        long[] weights = {100, 400, 300, 50};
        long[] offsets = {0, 128, 576, 896};
        for (int layer = 3; layer >= 0; layer--) {
            listener.onFinal(960 + layer * 64L, 40);
            listener.onFinal(offsets[layer], weights[layer]);
        }
    }

    private static List<Bucket> plan(long first, long others) {
        Consumer<GradientListener> finals = BucketTest::finals;
        return Bucket.of(finals, new BucketSizes(first, others));
    }

    @Test
    void eachTensorIsABucketWhereNoneIsSmaller() {
        assertThat(plan(1, 1)).extracting(bucket -> bucket.ranges().getFirst().offset())
                .containsExactly(1152L, 896L, 1088L, 576L, 1024L, 128L, 960L, 0L);
    }

    @Test
    void tensorsThatAreFinalTogetherAreSummedTogether() {
        assertThat(plan(100, 800)).containsExactly(
                new Bucket(List.of(new Bucket.Range(896, 50), new Bucket.Range(1152, 40)), 90),
                new Bucket(List.of(new Bucket.Range(128, 748), new Bucket.Range(1024, 104)), 780),
                new Bucket(List.of(new Bucket.Range(0, 100), new Bucket.Range(960, 40)), 140));
    }

    @Test
    void oneBucketHoldsAll() {
        assertThat(plan(1 << 20, 1 << 20)).containsExactly(new Bucket(List.of(new Bucket.Range(0, 1192)), 1010));
    }
}

package dev.gatun.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class LossSpikesTest {
    @Test
    void aSpikeIsFarAboveTheMedianBefore() {
        List<Float> losses = new ArrayList<>(Collections.nCopies(60, 1f));
        assertThat(LossSpikes.count(losses, 4)).isZero();
        losses.set(9, 100f); // too early to know what is usual
        losses.set(20, 4f); // not above four times
        losses.set(30, 4.1f);
        losses.set(31, 50f); // the median does not mind the last one
        assertThat(LossSpikes.count(losses, 4)).isEqualTo(2);
        assertThat(LossSpikes.count(losses, 3)).isEqualTo(3);
        assertThat(LossSpikes.count(List.of(1f, 9f), 4)).isZero();
    }

    @Test
    void theMedianRunsAlong() {
        List<Float> losses = new ArrayList<>(Collections.nCopies(60, 10f));
        losses.addAll(Collections.nCopies(60, 1f));
        losses.add(8f); // usual once, but not any more
        assertThat(LossSpikes.count(losses, 4)).isEqualTo(1);
        assertThat(LossSpikes.median(List.of(3f, 1f, 2f))).isEqualTo(2);
        assertThat(LossSpikes.median(List.of(4f, 1f, 2f, 3f))).isEqualTo(2.5);
    }
}

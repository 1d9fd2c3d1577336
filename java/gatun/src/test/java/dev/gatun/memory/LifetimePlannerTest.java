package dev.gatun.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class LifetimePlannerTest {
    private record Life(long bytes, int first, int last) {
        boolean meets(Life other) {
            return first <= other.last && other.first <= last;
        }
    }

    @RepeatedTest(50)
    void livingBlocksNeverOverlap(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        LifetimePlanner planner = new LifetimePlanner();
        List<Life> lives = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            int first = random.nextInt(40);
            Life life = new Life(random.nextInt(2000), first, first + random.nextInt(12));
            assertThat(planner.add(life.bytes(), life.first(), life.last())).isEqualTo(i);
            lives.add(life);
        }
        LifetimePlanner.Plan plan = planner.plan();
        for (int i = 0; i < lives.size(); i++) {
            long begin = plan.offsets().get(i);
            assertThat(begin % LifetimePlanner.ALIGNMENT).isZero();
            assertThat(begin + lives.get(i).bytes()).isLessThanOrEqualTo(plan.bytes());
            for (int j = 0; j < i; j++) {
                long other = plan.offsets().get(j);
                boolean apart = begin + lives.get(i).bytes() <= other || other + lives.get(j).bytes() <= begin;
                assertThat(apart || !lives.get(i).meets(lives.get(j))).as("blocks %d and %d", i, j).isTrue();
            }
        }
        assertThat(plan.peakBytes()).isEqualTo(peak(lives));
        assertThat(plan.bytes()).isBetween(plan.peakBytes(), total(lives) - 1); // so memory is really shared
    }

    /** The most that lives at any one step, counted step by step. */
    private static long peak(List<Life> lives) {
        long peak = 0;
        for (int step = 0; step < 60; step++) {
            long alive = 0;
            for (Life life : lives) {
                alive += life.first() <= step && step <= life.last() ? Bytes.alignUp(life.bytes(), 64) : 0;
            }
            peak = Math.max(peak, alive);
        }
        return peak;
    }

    private static long total(List<Life> lives) {
        return lives.stream().mapToLong(life -> Bytes.alignUp(life.bytes(), 64)).sum();
    }

    @Test
    void aBlockMayBeginOnlyAfterTheLastUseOfTheOneBefore() {
        LifetimePlanner planner = new LifetimePlanner();
        planner.add(100, 0, 3);
        planner.add(100, 3, 5);
        planner.add(100, 4, 6);
        LifetimePlanner.Plan plan = planner.plan();
        assertThat(plan.offsets()).containsExactly(0L, 128L, 0L);
        assertThat(plan.bytes()).isEqualTo(256);
        assertThat(plan.peakBytes()).isEqualTo(256);
    }

    @Test
    void nothingNeedsNothing() {
        assertThat(new LifetimePlanner().plan().bytes()).isZero();
    }

    @Test
    void impossibleLivesAreRefused() {
        LifetimePlanner planner = new LifetimePlanner();
        assertThatThrownBy(() -> planner.add(-1, 0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> planner.add(1, 2, 1)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("block of 1 bytes, alive from step 2 to 1");
    }
}

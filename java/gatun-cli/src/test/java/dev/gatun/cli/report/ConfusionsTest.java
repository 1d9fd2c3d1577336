package dev.gatun.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConfusionsTest {
    @Test
    void countsWhatWasTakenForWhat() {
        Confusions confusions = new Confusions(List.of("a", "b", "c"));
        confusions.add(MemorySegment.ofArray(new int[] {0, 1}),
                MemorySegment.ofArray(new float[] {0.7f, 0.2f, 0.1f, 0.1f, 0.3f, 0.6f}));
        confusions.add(1, 1, 0.5f);
        confusions.add(1, 2, 0.9f);
        confusions.add(2, 0, 0.4f);
        assertThat(confusions.matrix().count(0, 0)).isEqualTo(1);
        assertThat(confusions.matrix().count(1, 2)).isEqualTo(2);
        assertThat(confusions.matrix().count(2, 1)).isZero();
        assertThat(confusions.recall(1)).isEqualTo(1 / 3.0);
        assertThat(confusions.precision(1)).isEqualTo(1);
        assertThat(confusions.f1(1)).isEqualTo(0.5);
        assertThat(confusions.precision(0)).isEqualTo(0.5);
        assertThat(confusions.f1(2)).isZero();
        assertThat(confusions.worst(9)).extracting(Confusions.Pair::actual).containsExactly(1, 2);
        assertThat(confusions.worst(1).getFirst().surest()).as("the surest first")
                .containsExactly(new Confusions.Mistake(3, 0.9f), new Confusions.Mistake(1, 0.6f));
    }

    @Test
    void keepsTheSurestMistakesOnly() {
        Confusions confusions = new Confusions(List.of("a", "b"));
        for (int i = 0; i < 100; i++) {
            confusions.add(0, 1, (i * 37 % 100) / 100f);
        }
        assertThat(confusions.worst(1).getFirst().count()).isEqualTo(100);
        assertThat(confusions.worst(1).getFirst().surest()).hasSize(Confusions.EXAMPLES)
                .extracting(Confusions.Mistake::probability).containsExactly(
                0.99f, 0.98f, 0.97f, 0.96f, 0.95f, 0.94f, 0.93f, 0.92f);
    }
}

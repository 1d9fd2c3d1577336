package dev.gatun.train.epoch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gatun.optim.schedule.text.StepCount;
import dev.gatun.train.epoch.BatchGrowth.Rate;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchGrowthTest {
    @Test
    void growthIsTextAndBack() {
        assertThat(BatchGrowth.parse("2x@30%,60%")).isEqualTo(new BatchGrowth(2,
                List.of(StepCount.parse("30%"), StepCount.parse("60%")), Rate.CONSTANT));
        assertThat(BatchGrowth.parse("5x@2epochs,lr=sqrt")).isEqualTo(new BatchGrowth(5,
                List.of(StepCount.parse("2epochs")), Rate.SQRT));
        assertThat(BatchGrowth.parse(" 2x@30% , 60% , lr=constant ")).isEqualTo(BatchGrowth.parse("2x@30%,60%"));
        for (String text : List.of("none", "2x@30%,60%", "10x@12.5%", "3x@1epochs,4epochs,lr=linear",
                "2x@7%,lr=sqrt")) {
            assertThat(BatchGrowth.parse(text).text()).isEqualTo(text);
        }
        assertThat(BatchGrowth.parse("none")).isEqualTo(BatchGrowth.NONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "2x", "2x@", "2@30%", "0x@30%", "1x@30%", "-2x@30%", "1.5x@30%", "99999x@30%", "2x@30",
            "2x@0%", "2x@100%", "2x@30%,", "2x@60%,30%", "2x@30%,30%", "2x@30%,4epochs", "2x@0epochs", "2x@30%,lr=",
            "2x@30%,lr=cubic", "2x@30%;60%", "2x@lr=linear", "2x@30%,lr=sqrt,60%"})
    void anythingElseIsRefusedInOneLine(String text) {
        assertThatThrownBy(() -> BatchGrowth.parse(text)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("\n");
    }

    @Test
    void theFirstEpochAtOrAfterAPointBeginsIt() {
        BatchGrowth growth = BatchGrowth.parse("2x@30%,60%");
        assertThat(begins(growth, 10)).containsExactly(3, 6);
        assertThat(begins(growth, 5)).containsExactly(2, 3);
        assertThat(begins(growth, 3)).containsExactly(1, 2);
        for (int percent = 1; percent < 100; percent++) { // 7 * 100 / 100.0 and the like
            assertThat(BatchGrowth.parse("2x@" + percent + "%").begin(0, 100)).isEqualTo(percent);
            assertThat(BatchGrowth.parse("2x@" + percent + ".3%").begin(0, 1000)).isEqualTo(10L * percent + 3);
        }
        assertThat(begins(BatchGrowth.parse("2x@1epochs,2.5epochs"), 10)).containsExactly(1, 3);
        assertThat(begins(BatchGrowth.parse("2x@0.000000000001%"), 10)).containsExactly(1);
    }

    private static List<Integer> begins(BatchGrowth growth, int epochs) {
        return IntStream.range(0, growth.points().size()).map(i -> (int) growth.begin(i, epochs)).boxed().toList();
    }

    @Test
    void aPointThatNoEpochBeginsAfterIsRefused() {
        assertThatThrownBy(() -> BatchGrowth.parse("2x@30%,60%").check(2))
                .hasMessage("the batch is to grow at 60% of a run of 2 epochs, and no epoch begins there or later: grow"
                        + " it earlier, or train longer");
        assertThatThrownBy(() -> BatchGrowth.parse("2x@3epochs").check(3))
                .hasMessageContaining("3epochs of a run of 3");
        BatchGrowth.parse("2x@3epochs").check(4);
        BatchGrowth.NONE.check(1);
    }

    @Test
    void aBatchGrowsToAllExamplesAtMost() {
        BatchGrowth growth = BatchGrowth.parse("9999x@1epochs");
        assertThat(growth.size(32, 0, 100)).isEqualTo(32);
        assertThat(BatchGrowth.parse("2x@1epochs").size(32, 1, 100)).isEqualTo(64);
        assertThat(BatchGrowth.parse("2x@1epochs").size(32, 2, 100)).isEqualTo(100);
        assertThat(growth.size(32, 100, Integer.MAX_VALUE)).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void runsOfOtherLengthsHaveTheSameSizesUntilOneOfThemGrows() {
        BatchGrowth growth = BatchGrowth.parse("2x@50%");
        assertThat(growth.isSame(5, 10, 20)).isTrue();
        assertThat(growth.isSame(6, 10, 20)).isFalse();
        assertThat(growth.isSame(6, 20, 10)).isFalse();
        assertThat(growth.isSame(6, 10, 10)).isTrue();
        assertThat(BatchGrowth.parse("2x@5epochs").isSame(8, 10, 20)).isTrue();
    }

    @Test
    void theLearningRateFollows() {
        assertThat(Rate.CONSTANT.of(4)).isEqualTo(1);
        assertThat(Rate.LINEAR.of(4)).isEqualTo(4);
        assertThat(Rate.SQRT.of(2)).isCloseTo(1.4142135623730951, within(1e-15));
    }
}

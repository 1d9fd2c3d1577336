package dev.gatun.train.epoch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gatun.data.LastBatch;
import dev.gatun.data.Share;
import dev.gatun.optim.schedule.ExponentialSchedule;
import dev.gatun.optim.schedule.RunLength;
import dev.gatun.optim.schedule.Schedule;
import dev.gatun.optim.schedule.text.Schedules;
import dev.gatun.train.parallel.Rounds;
import dev.gatun.train.step.StepPlan;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EpochPlanTest {
    private static EpochPlan plan(int epochs, int batch, LastBatch last, int accumulate, String growth) {
        return EpochPlan.of(epochs, new Rounds(100, batch, last, accumulate, Share.ALL), BatchGrowth.parse(growth));
    }

    @Test
    void stagesHaveStepsOfTheirOwn() {
        EpochPlan plan = plan(10, 16, LastBatch.KEEP, 1, "2x@30%,60%");
        assertThat(plan.text()).isEqualTo("16, 32 from epoch 4 on, 64 from epoch 7 on");
        assertThat(plan.steps()).isEqualTo(3 * 7 + 3 * 4 + 4 * 2);
        assertThat(plan.stepsBefore(0)).isZero();
        assertThat(plan.stepsBefore(4)).isEqualTo(3 * 7 + 4);
        assertThat(plan.stepsBefore(10)).isEqualTo(plan.steps());
        assertThat(plan.sizes()).containsExactly(16, 4, 32, 64, 36);
        assertThat(plan.stage(2)).isZero();
        assertThat(plan.stage(3)).isEqualTo(1);
        assertThat(plan.stage(10)).isEqualTo(2);
        assertThat(plan.rounds(9).batchSize()).isEqualTo(64);
    }

    @Test
    void aBatchIsAllExamplesAtMost() {
        assertThat(plan(10, 30, LastBatch.KEEP, 1, "2x@1epochs,2epochs,3epochs").text())
                .isEqualTo("30, 60 from epoch 2 on, 100 from epoch 3 on: all examples");
        assertThat(plan(3, 100, LastBatch.KEEP, 1, "2x@1epochs").text()).isEqualTo("100: all examples");
    }

    @Test
    void twoPointsBeforeTheSameEpochCountTwice() {
        EpochPlan plan = plan(3, 10, LastBatch.KEEP, 1, "2x@10%,20%,60%");
        assertThat(plan.text()).isEqualTo("10, 40 from epoch 2 on, 80 from epoch 3 on");
    }

    @Test
    void withoutGrowthTheEpochsAreAlike() {
        EpochPlan plan = plan(7, 16, LastBatch.DROP, 2, "none");
        assertThat(plan.steps()).isEqualTo(7 * 3);
        assertThat(plan.length()).isEqualTo(new RunLength(21,
                List.of(new RunLength.Stretch(7, 3))));
        assertThat(plan.following(new ExponentialSchedule(0.5))).isEqualTo(new ExponentialSchedule(0.5));
    }

    @ParameterizedTest
    @CsvSource({"KEEP,1,1", "KEEP,3,1", "DROP,2,1", "KEEP,2,3"})
    void everyExampleIsInOneStepAndNoBatchNumberComesTwice(LastBatch last, int accumulate, int ranks) {
        List<Long> numbers = new ArrayList<>();
        for (int rank = 0; rank < ranks; rank++) {
            EpochPlan plan = EpochPlan.of(5, new Rounds(100, 12, last, accumulate, new Share(rank, ranks)),
                    BatchGrowth.parse("2x@1epochs,3epochs"));
            StepPlan step = new StepPlan(plan.mostBatches());
            long steps = 0;
            for (int epoch = 0; epoch < 5; epoch++) {
                Rounds rounds = plan.rounds(epoch);
                long examples = 0;
                assertThat(plan.stepsBefore(epoch)).isEqualTo(steps);
                for (int i = 0; i < rounds.steps(); i++) {
                    rounds.plan(step, i * accumulate, plan.roundsBefore(epoch));
                    examples += step.examples;
                    for (int batch = 0; batch < step.batches; batch++) {
                        numbers.add(step.firstBatch + (long) batch * step.stride);
                    }
                    steps++;
                }
                assertThat(examples).isEqualTo(last.keeps() ? 100 : 100 - 100 % rounds.batchSize());
            }
            assertThat(plan.steps()).isEqualTo(steps);
        }
        assertThat(numbers).doesNotHaveDuplicates();
        assertThat(numbers.stream().mapToLong(Long::longValue).min()).hasValue(1);
    }

    @Test
    void epochsOfASchedulesTextAreThoseOfTheRun() {
        EpochPlan plan = plan(4, 10, LastBatch.KEEP, 1, "2x@1epochs,2epochs"); // 10 + 5 + 3 + 3 steps
        assertThat(plan.steps()).isEqualTo(21);
        assertThat(plan.length().stepsOfEpochs(0.5)).isEqualTo(5);
        assertThat(plan.length().stepsOfEpochs(1)).isEqualTo(10);
        assertThat(plan.length().stepsOfEpochs(1.4)).isEqualTo(12);
        assertThat(plan.length().stepsOfEpochs(3)).isEqualTo(18);
        assertThat(plan.length().stepsOfEpochs(6)).isEqualTo(27);
        assertThat(plan.length().part(12, 21).stepsOfEpochs(1)).isCloseTo(3 + 0.4 * 3, within(1e-12));
        assertThat(plan.length().part(15, 21).stepsOfEpochs(2)).isEqualTo(6);
        assertThat(Schedules.parse("multistep:milestones=1epochs/3epochs,gamma=0.1", plan.length()))
                .isEqualTo(Schedules.parse("multistep:milestones=10/18,gamma=0.1"));
        assertThat(Schedules.parse("sequence:milestones=10,of=[constant]/[step:size=1epochs,gamma=0.5]", plan.length()))
                .isEqualTo(Schedules.parse("sequence:milestones=10,of=[constant]/[step:size=5,gamma=0.5]"));
    }

    @Test
    void theLearningRateFollowsTheBatchThatIs() {
        EpochPlan plan = plan(4, 30, LastBatch.KEEP, 1, "2x@1epochs,2epochs,lr=linear"); // 30, 60, 100
        Schedule rate = plan.following(new Schedule.Constant());
        assertThat(rate.value(0.5, 3)).isEqualTo(0.5);
        assertThat(rate.value(0.5, 4)).isEqualTo(1);
        assertThat(rate.value(0.5, 5)).isEqualTo(1);
        assertThat(rate.value(0.5, 6)).isCloseTo(0.5 * 100 / 30, within(1e-15));
        assertThat(plan(4, 30, LastBatch.KEEP, 1, "2x@1epochs,lr=sqrt").following(new Schedule.Constant())
                .value(0.5, 4)).isCloseTo(0.5 * Math.sqrt(2), within(1e-15));
        assertThat(plan(4, 30, LastBatch.KEEP, 1, "2x@1epochs").following(new Schedule.Constant()))
                .isEqualTo(new Schedule.Constant());
    }
}

package dev.gatun.optim.schedule.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatun.optim.schedule.HyperparameterSchedules;
import dev.gatun.optim.schedule.OneCycleSchedule;
import dev.gatun.optim.schedule.PlateauOptions;
import dev.gatun.optim.schedule.RunLength;
import dev.gatun.optim.schedule.Schedule;
import dev.gatun.optim.schedule.StepSchedule;
import dev.gatun.update.rule.AdagradHyperparameters;
import dev.gatun.update.rule.SgdHyperparameters;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Schedules that stretch over a run of 1,000 steps in 10 epochs. */
class RunSchedulesTest {
    private static final RunLength RUN = new RunLength(1000, 100);
    private static final SgdHyperparameters SGD =
            SgdHyperparameters.DEFAULTS.withLearningRate(0.1).withMomentum(0.9).withWeightDecay(0.01);

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            constant                                          | constant
            cosine                                            | cosine:warmup=50,total=1000
            cosine:warmup=0                                   | cosine:warmup=0,total=1000
            cosine:total=500                                  | cosine:warmup=0,total=500
            cosine:total=50%,warmup=1epoch                    | cosine:warmup=100,total=500
            one-cycle                                         | onecycle:total=1000
            onecycle:pct-start=0.2                            | onecycle:total=1000,pct-start=0.2
            linear                                            | linear:start=1,end=0,total=1000
            linear:end=0.1                                    | linear:start=1,end=0.1,total=1000
            linear:total=5                                    | linear:total=5
            polynomial:power=2                                | polynomial:total=1000,power=2
            cosine-annealing:min=0.1                          | cosine-annealing:total=1000,min=0.1
            wsd                                               | wsd:warmup=50,total=1000,decay=100
            wsd:decay=20%,shape=sqrt                          | wsd:warmup=50,total=1000,decay=200,shape=sqrt
            inverse-sqrt                                      | inverse-sqrt:warmup=50
            step                                              | step:size=334,gamma=0.1
            step:size=3epochs,gamma=0.5                       | step:size=300,gamma=0.5
            multi-step:milestones=50%/75%                     | multistep:milestones=500/750
            cosine-restarts:first=2epochs                     | cosine-restarts:first=200
            warmup:of=[cosine:warmup=0]                       | warmup:steps=50,of=[cosine:total=950]
            sequence:milestones=10%/0.5epochs,of=[linear]/[constant]/[cosine] | none
            sequence:milestones=1epoch/90%,of=[linear]/[constant]/[cosine:warmup=0] | sequence:milestones=100/900,of=[linear:start=1,end=0,total=100]/[constant]/[cosine:total=100]
            chain:of=[linear]/[step]                          | chain:of=[linear:start=1,end=0,total=1000]/[step:size=334]
            absolute:of=[linear:start=0.5,end=0.9]            | absolute:of=[linear:start=0.5,end=0.9,total=1000]
            momentum:of=[onecycle]                            | momentum:of=[onecycle:total=1000]
            """)
    void countsThatAreLeftOutAreTheRuns(String text, String meant) {
        if (meant.equals("none")) {
            assertThatThrownBy(() -> Schedules.parse(text, RUN)).hasMessageContaining("increasing");
        } else {
            assertThat(Schedules.parse(text, RUN)).isEqualTo(Schedules.parse(meant));
        }
    }

    @ParameterizedTest
    @CsvSource({"500, 500", "0, 0", "5%, 50", "0.1%, 1", "100%, 1000", "1epoch, 100", "2epochs, 200", "0.5 epochs, 50",
            "12.5%, 125"})
    void countsSteps(String text, long steps) {
        StepCount count = StepCount.parse(text);
        assertThat(count.steps(RUN)).isEqualTo(steps);
        assertThat(StepCount.parse(count.text())).isEqualTo(count);
    }

    @ParameterizedTest
    @CsvSource({"-1", "1.5", "101%", "x", "5 %%", "1e9", "2days", "''"})
    void refusesWhatIsNoNumberOfSteps(String text) {
        assertThatThrownBy(() -> StepCount.parse(text)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is no number of steps: write it as 500");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            cosine        | cosine:warmup=200,total=1000
            wsd           | wsd:warmup=200,total=1000,decay=100
            inverse-sqrt  | inverse-sqrt:warmup=200
            constant      | warmup:steps=200,from=0.004975124378109453,of=[constant]
            linear        | warmup:steps=200,from=0.004975124378109453,of=[linear:start=1,end=0,total=800]
            step:size=5   | warmup:steps=200,from=0.004975124378109453,of=[step:size=5]
            plateau       | warmup:steps=200,from=0.004975124378109453,of=[constant]
            """)
    void anyScheduleWarmsUp(String text, String meant) {
        RunSchedules schedules =
                RunSchedules.CONSTANT.withLearningRate(RunSchedule.parse(text)).withWarmUp(StepCount.parse("2epochs"));
        assertThat(schedules.over(RUN, SGD).learningRate()).isEqualTo(Schedules.parse(meant));
        assertThat(schedules.over(RUN, SGD).learningRate().factor(0)).isBetween(1.0 / 201, 1.0 / 200);
    }

    @Test
    void aWarmUpOfNoStepsIsNone() {
        RunSchedules schedules = RunSchedules.COSINE.withWarmUp(StepCount.of(0));
        assertThat(schedules.over(RUN, SGD).learningRate()).isEqualTo(new Schedule.Cosine(0, 1000));
        assertThat(RunSchedules.CONSTANT.withWarmUp(StepCount.of(0)).over(RUN, SGD))
                .isEqualTo(HyperparameterSchedules.CONSTANT);
    }

    @Test
    void contradictionsAreRefused() {
        RunSchedules cosine = RunSchedules.CONSTANT.withWarmUp(StepCount.of(5))
                .withLearningRate(RunSchedule.parse("cosine:warmup=3"));
        assertThatThrownBy(() -> cosine.over(RUN, SGD)).hasMessageContaining("has a warmup of its own");
        RunSchedules cycle = RunSchedules.CONSTANT.withWarmUp(StepCount.of(5))
                .withLearningRate(RunSchedule.parse("onecycle"));
        assertThatThrownBy(() -> cycle.over(RUN, SGD)).hasMessageContaining("warms up by itself");
        RunSchedules late = RunSchedules.CONSTANT.withLearningRate(RunSchedule.parse("cosine:warmup=2000"));
        assertThatThrownBy(() -> late.over(RUN, SGD)).hasMessageContaining("warm-up of 2000 of 1000 steps");
        RunSchedule plateau = RunSchedule.parse("plateau");
        assertThatThrownBy(() -> RunSchedules.CONSTANT.withMomentum(plateau))
                .hasMessageContaining("not for the momentum");
        assertThatThrownBy(() -> RunSchedules.CONSTANT.withWeightDecay(plateau))
                .hasMessageContaining("not for the weight decay");
        assertThatThrownBy(() -> RunSchedule.parse("bumpy")).hasMessageContaining("unknown schedule \"bumpy\"");
        assertThatThrownBy(() -> RunSchedule.parse("plateau:patients=3"))
                .hasMessageContaining("unknown key \"patients\"");
    }

    @Test
    void aCycleOfTheMomentumIsItsOwn() {
        RunSchedules schedules = RunSchedules.CONSTANT.withMomentum(RunSchedule.parse("onecycle"));
        assertThat(schedules.over(RUN, SGD).momentum()).isEqualTo(OneCycleSchedule.over(1000).momentumSchedule());
    }

    @Test
    void aCycleOfTheLearningRateMovesTheMomentumWhereThereIsOne() {
        RunSchedules cycle = RunSchedules.CONSTANT.withLearningRate(RunSchedule.parse("onecycle"));
        RunSchedules exact = RunSchedules.CONSTANT.withLearningRate(new RunSchedule.Exact(OneCycleSchedule.over(1000)));
        for (RunSchedules schedules : List.of(cycle, exact)) {
            assertThat(schedules.over(RUN, SGD).momentum()).isEqualTo(OneCycleSchedule.over(1000).momentumSchedule());
            assertThat(schedules.over(RUN, AdagradHyperparameters.DEFAULTS).momentum())
                    .isEqualTo(new Schedule.Constant());
            assertThat(schedules.withMomentum(RunSchedule.CONSTANT).over(RUN, SGD).momentum()).as("told to stay")
                    .isEqualTo(new Schedule.Constant());
        }
        assertThat(RunSchedules.COSINE.over(RUN, SGD).momentum()).isEqualTo(new Schedule.Constant());
        assertThat(RunSchedule.parse(" auto")).isSameAs(RunSchedule.AUTO);
        assertThatThrownBy(() -> RunSchedules.COSINE.withLearningRate(RunSchedule.AUTO))
                .hasMessage("auto is for the momentum, not for the learning rate");
        assertThatThrownBy(() -> RunSchedules.COSINE.withWeightDecay(RunSchedule.AUTO))
                .hasMessage("auto is for the momentum, not for the weight decay");
    }

    @Test
    void textsSurvive() {
        PlateauOptions options = PlateauOptions.DEFAULTS.withFactor(0.25).withPatience(2).withCooldown(1).withMin(1e-5)
                .withEps(0).withThreshold(0.1, PlateauOptions.Threshold.ABS);
        List<RunSchedule> schedules = List.of(
                new RunSchedule.Plateau(options), RunSchedule.parse("plateau"), RunSchedule.AUTO,
                RunSchedule.parse("cosine"), RunSchedule.parse("multistep:milestones=50%/75%"));
        for (RunSchedule schedule : schedules) {
            assertThat(RunSchedule.parse(schedule.text())).isEqualTo(schedule);
        }
        RunSchedule exact = new RunSchedule.Exact(StepSchedule.every(7));
        assertThat(RunSchedule.parse(exact.text())).isEqualTo(new RunSchedule.Stretched("step:size=7,gamma=0.1"));
    }
}

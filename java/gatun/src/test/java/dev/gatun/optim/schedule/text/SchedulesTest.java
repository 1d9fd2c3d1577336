package dev.gatun.optim.schedule.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatun.optim.schedule.AbsoluteSchedule;
import dev.gatun.optim.schedule.ChainedSchedule;
import dev.gatun.optim.schedule.ConstantFactorSchedule;
import dev.gatun.optim.schedule.CosineAnnealingSchedule;
import dev.gatun.optim.schedule.CosineWarmRestartsSchedule;
import dev.gatun.optim.schedule.CyclesMomentum;
import dev.gatun.optim.schedule.CyclicSchedule;
import dev.gatun.optim.schedule.ExponentialSchedule;
import dev.gatun.optim.schedule.InverseSquareRootSchedule;
import dev.gatun.optim.schedule.LambdaSchedule;
import dev.gatun.optim.schedule.LinearSchedule;
import dev.gatun.optim.schedule.MultiStepSchedule;
import dev.gatun.optim.schedule.OneCycleSchedule;
import dev.gatun.optim.schedule.PolynomialSchedule;
import dev.gatun.optim.schedule.Schedule;
import dev.gatun.optim.schedule.SequentialSchedule;
import dev.gatun.optim.schedule.StepSchedule;
import dev.gatun.optim.schedule.WarmUpSchedule;
import dev.gatun.optim.schedule.WarmUpStableDecaySchedule;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SchedulesTest {

    static List<Schedule> schedules() {
        OneCycleSchedule oneCycle = new OneCycleSchedule(77, 0.3, 0.12345678901234568, OneCycleSchedule.Anneal.LINEAR,
                OneCycleSchedule.Phases.THREE, 1e-7, 1e22, 0.1, 0.2);
        CyclicSchedule cyclic = new CyclicSchedule(1 / 3.0, 2, 1, 1L << 53, CyclicSchedule.Mode.EXP_RANGE, 0.99, 0,
                0.5);
        List<Schedule> simple = List.of(
                new Schedule.Constant(), new Schedule.Cosine(3, 17), new ConstantFactorSchedule(0.25, 9),
                new StepSchedule(30, 0.7), new MultiStepSchedule(List.of(9L, 3L, 3L), 1e-3),
                new ExponentialSchedule(Math.nextDown(1.0)), new LinearSchedule(Double.MIN_VALUE, 2, 4),
                new PolynomialSchedule(1L << 53, 0), new CosineAnnealingSchedule(12, -0.0),
                new CosineWarmRestartsSchedule(5, 3, 0.5), oneCycle, cyclic, new InverseSquareRootSchedule(4000),
                new WarmUpStableDecaySchedule(1, 10, 4, 0.1, WarmUpStableDecaySchedule.Shape.SQRT),
                oneCycle.momentumSchedule(), cyclic.momentumSchedule());
        Schedule sequence = new SequentialSchedule(simple.subList(0, 3), List.of(1L, 20L));
        List<Schedule> composite = List.of(sequence, new ChainedSchedule(simple.subList(2, 13)),
                new AbsoluteSchedule(sequence), new WarmUpSchedule(5, 0, new ChainedSchedule(List.of(sequence))));
        return Stream.concat(simple.stream(), composite.stream()).toList();
    }

    @ParameterizedTest
    @MethodSource("schedules")
    void textMakesAnEqualSchedule(Schedule schedule) {
        String text = Schedules.toText(schedule);
        assertThat(text).doesNotContain(" ", "\n");
        assertThat(Schedules.parse(text)).isEqualTo(schedule);
    }

    @Test
    void everyKindIsInTheList() {
        assertThat(schedules().stream().map(Object::getClass).distinct().count() + 1) // and the lambda
                .isEqualTo(Schedule.class.getPermittedSubclasses().length - 1 // CyclesMomentum stands for two
                        + CyclesMomentum.class.getPermittedSubclasses().length);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "constant | constant",
        "constant-factor | constant-factor:factor=0.3333333333333333,total=5",
        "cosine:total=1000 | cosine:warmup=0,total=1000",
        "cosine:warmup=100,total=1000 | cosine:warmup=100,total=1000",
        "step:size=30 | step:size=30,gamma=0.1",
        "step:gamma=5e-1,size=3 | step:size=3,gamma=0.5",
        "multistep:milestones=60/30 | multistep:milestones=30/60,gamma=0.1",
        "exponential:gamma=0.9 | exponential:gamma=0.9",
        "linear:total=7 | linear:start=0.3333333333333333,end=1,total=7",
        "polynomial | polynomial:total=5,power=1",
        "cosine-annealing:total=9 | cosine-annealing:total=9,min=0",
        "cosine-restarts:first=9 | cosine-restarts:first=9,multiplier=1,min=0",
        "onecycle:total=100,max=1 | onecycle:total=100,max=1,pct-start=0.3,anneal=cos,phases=two,div-factor=25,"
                + "final-div-factor=10000,base-momentum=0.85,max-momentum=0.95",
        "cyclic:base=0.1,up=7,mode=exp-range | cyclic:base=0.1,max=1,up=7,down=7,mode=exp-range,gamma=1,"
                + "base-momentum=0.8,max-momentum=0.9",
        "inverse-sqrt:warmup=4000 | inverse-sqrt:warmup=4000",
        "wsd:total=100 | wsd:warmup=0,total=100,decay=10,min=0,shape=linear",
        "' warmup: steps=5 , of=step:size=3 ' | warmup:steps=5,from=0.1,of=[step:size=3,gamma=0.1]",
        "chain:of=constant / [step:size=2] | chain:of=[constant]/[step:size=2,gamma=0.1]"})
    void readsWithDefaults(String text, String whole) {
        assertThat(Schedules.toText(Schedules.parse(text))).isEqualTo(whole);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "cosin:total=9 | unknown schedule \"cosin\"; schedules: absolute, chain, constant, constant-factor, cosine, "
                + "cosine-annealing, cosine-restarts, cyclic, exponential, inverse-sqrt, linear, momentum, multistep, "
                + "onecycle, polynomial, sequence, step, warmup, wsd",
        "'' | unknown schedule \"\"; schedules: absolute, chain, constant, constant-factor, cosine, "
                + "cosine-annealing, cosine-restarts, cyclic, exponential, inverse-sqrt, linear, momentum, multistep, "
                + "onecycle, polynomial, sequence, step, warmup, wsd",
        "step:sze=30 | schedule step: unknown key \"sze\"; keys: size, gamma",
        "constant:total=3 | schedule constant: unknown key \"total\"; it has no keys",
        "step | schedule step: key size is missing; keys: size, gamma",
        "step:size | schedule step: expected key=value, got \"size\"; keys: size, gamma",
        "step:size=1,,gamma=2 | schedule step: expected key=value, got \"\"; keys: size, gamma",
        "step:size=1,size=2 | schedule step: key size stands twice",
        "step:size=1.5 | schedule step: size must be a whole number, got \"1.5\"",
        "step:size=99999999999999999999 | schedule step: size must be a whole number, got \"99999999999999999999\"",
        "step:size=0 | schedule step: size must be at least 1 and at most 2^53, got 0",
        "step:size=3,gamma=fast | schedule step: gamma must be a number, got \"fast\"",
        "step:size=3,gamma=0.1d | schedule step: gamma must be a number, got \"0.1d\"",
        "step:size=3,gamma=NaN | schedule step: gamma must be a number, got \"NaN\"",
        "step:size=3,gamma= | schedule step: gamma must be a number, got \"\"",
        "step:size=3,gamma=1e999 | schedule step: gamma must be above 0 and finite, got Infinity",
        "multistep:milestones=3/x | schedule multistep: milestones must be a whole number, got \"3/x\"",
        "onecycle:total=9,anneal=cosine | schedule onecycle: anneal must be one of cos, linear, got \"cosine\"",
        "onecycle:total=9,phases=three,pct-start=0.6 | "
                + "schedule onecycle: pct-start must be at most 0.5 in three phases, got 0.6",
        "warmup:steps=5,of=[step:size=3 | "
                + "schedule warmup: the brackets in \"steps=5,of=[step:size=3\" do not match",
        "warmup:steps=5,of=]step[ | schedule warmup: the brackets in \"steps=5,of=]step[\" do not match",
        "warmup:steps=5,of=[step:sise=3] | schedule step: unknown key \"sise\"; keys: size, gamma",
        "momentum:of=[constant] | schedule momentum: of must be onecycle or cyclic",
        "lambda | schedule lambda: it is a function in code and has no text",
        "plateau:patience=3 | plateau is no schedule: it depends on a metric, not on steps alone: see ReduceOnPlateau"})
    void sortsOutErrorsInOneLine(String text, String message) {
        assertThatThrownBy(() -> Schedules.parse(text)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void whatTheUserWroteStaysOnOneLineAndShort() {
        assertThatThrownBy(() -> Schedules.parse("step:si\nze=" + "9".repeat(999)))
                .hasMessage("schedule step: unknown key \"si ze\"; keys: size, gamma");
        assertThatThrownBy(() -> Schedules.parse("x".repeat(9999)))
                .hasMessageStartingWith("unknown schedule \"" + "x".repeat(60) + "...\"; schedules: ");
    }

    @Test
    void depthIsBounded() {
        String deepest = "absolute:of=[".repeat(16) + "constant" + "]".repeat(16);
        assertThat(Schedules.toText(Schedules.parse(deepest))).isEqualTo(deepest);
        assertThatThrownBy(() -> Schedules.parse("absolute:of=[".repeat(30_000) + "constant" + "]".repeat(30_000)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a schedule may stand at most 16 deep in others");
    }

    @Test
    void aLambdaIsRefusedAlsoWithinAnother() {
        Schedule lambda = new WarmUpSchedule(1, 0, new LambdaSchedule(_ -> 1));
        assertThatThrownBy(() -> Schedules.toText(lambda)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                "schedule lambda: it is a function in code and cannot be saved as text: use another schedule,"
                        + " or pass the same function again when resuming");
    }
}

package dev.gatun.optim.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ScheduleDomainTest {
    private static final double NAN = Double.NaN;
    private static final Schedule ONE = new Schedule.Constant();

    private static void refused(String message, ThrowingCallable making) {
        assertThatThrownBy(making).isInstanceOf(IllegalArgumentException.class).hasMessageStartingWith(message)
                .message().doesNotContain("\n");
    }

    @ParameterizedTest
    @MethodSource("dev.gatun.optim.schedule.text.SchedulesTest#schedules")
    void stepsAreNotNegativeAndMayBeMany(Schedule schedule) {
        assertThatThrownBy(() -> schedule.value(1, -1)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("steps taken must not be negative: -1");
        for (long steps : new long[] {0, 1, 1L << 53, Long.MAX_VALUE}) {
            assertThat(schedule.value(1, steps)).isFinite().isNotNegative();
        }
    }

    @Test
    void aLambdaChecksItsStepsToo() {
        refused("steps taken must not be negative: -1", () -> new LambdaSchedule(k -> k).factor(-1));
    }

    @Test
    void countsOfSteps() {
        refused("schedule constant-factor: total must be at least 1", () -> new ConstantFactorSchedule(1, 0));
        refused("schedule step: size must be at least 1", () -> StepSchedule.every(0));
        refused("schedule step: size must be at least 1", () -> StepSchedule.every((1L << 53) + 1));
        refused("schedule multistep: milestones must be at least 0", () -> MultiStepSchedule.at(List.of(3L, -1L)));
        refused("schedule multistep: needs at least one milestone", () -> MultiStepSchedule.at(List.of()));
        refused("schedule linear: total must be at least 1", () -> new LinearSchedule(0, 1, 0));
        refused("schedule polynomial: total must be at least 1", () -> new PolynomialSchedule(0, 1));
        refused("schedule cosine-annealing: total must be at least 1", () -> CosineAnnealingSchedule.over(0));
        refused("schedule cosine-restarts: first must be at least 1", () -> CosineWarmRestartsSchedule.every(0));
        refused("schedule cosine-restarts: multiplier must be at least 1",
                () -> new CosineWarmRestartsSchedule(1, 0, 0));
        refused("schedule onecycle: total must be at least 1", () -> OneCycleSchedule.over(0));
        refused("schedule cyclic: up must be at least 1", () -> CyclicSchedule.from(0).withSteps(0, 1));
        refused("schedule cyclic: down must be at least 1", () -> CyclicSchedule.from(0).withSteps(1, 0));
        refused("schedule inverse-sqrt: warmup must be at least 1", () -> new InverseSquareRootSchedule(0));
        refused("schedule warmup: steps must be at least 1", () -> new WarmUpSchedule(0, 0, ONE));
        refused("schedule wsd: total must be at least 1", () -> WarmUpStableDecaySchedule.over(0));
        refused("schedule wsd: warmup must be at least 0", () -> WarmUpStableDecaySchedule.over(9).withWarmup(-1));
        refused("schedule wsd: decay must be at least 0", () -> WarmUpStableDecaySchedule.over(9)
                .withDecay(-1, WarmUpStableDecaySchedule.Shape.COS));
        refused("schedule wsd: warmup 5 and decay 5 must be at most the total 9 together",
                () -> new WarmUpStableDecaySchedule(5, 9, 5, 0, WarmUpStableDecaySchedule.Shape.COS));
        refused("cosine schedule: warm-up of 3 of 2 steps", () -> new Schedule.Cosine(3, 2));
    }

    @Test
    void numbers() {
        refused("schedule constant-factor: factor must be at least 0", () -> new ConstantFactorSchedule(-0.1, 1));
        refused("schedule step: gamma must be above 0", () -> new StepSchedule(1, 0));
        refused("schedule multistep: gamma must be above 0", () -> new MultiStepSchedule(List.of(1L), NAN));
        refused("schedule exponential: gamma must be above 0", () -> new ExponentialSchedule(-1));
        refused("schedule linear: start must be at least 0", () -> new LinearSchedule(-1, 1, 1));
        refused("schedule linear: end must be at least 0", () -> new LinearSchedule(1, NAN, 1));
        refused("schedule polynomial: power must be at least 0", () -> new PolynomialSchedule(1, -1));
        refused("schedule cosine-annealing: min must be at least 0", () -> new CosineAnnealingSchedule(1, NAN));
        refused("schedule cosine-restarts: min must be at least 0", () -> new CosineWarmRestartsSchedule(1, 1, -1));
        OneCycleSchedule oneCycle = OneCycleSchedule.over(9);
        refused("schedule onecycle: max must be at least 0", () -> oneCycle.withMax(Double.POSITIVE_INFINITY));
        refused("schedule onecycle: pct-start must be in 0 .. 1", () -> oneCycle.withPctStart(1.1));
        refused("schedule onecycle: pct-start must be at most 0.5",
                () -> oneCycle.withPhases(OneCycleSchedule.Phases.THREE).withPctStart(0.6));
        refused("schedule onecycle: div-factor must be above 0", () -> oneCycle.withDivFactors(0, 1));
        refused("schedule onecycle: final-div-factor must be above 0", () -> oneCycle.withDivFactors(1, 0));
        refused("schedule onecycle: base-momentum must be at least 0 and below 1", () -> oneCycle.withMomenta(1, 0));
        refused("schedule onecycle: max-momentum must be at least 0 and below 1", () -> oneCycle.withMomenta(0, -1));
        CyclicSchedule cyclic = CyclicSchedule.from(0.1);
        refused("schedule cyclic: base must be at least 0", () -> CyclicSchedule.from(-1));
        refused("schedule cyclic: max must be at least 0", () -> cyclic.withMax(NAN));
        refused("schedule cyclic: gamma must be above 0", () -> cyclic.withExpRange(0));
        refused("schedule cyclic: base-momentum must be at least 0 and below 1", () -> cyclic.withMomenta(NAN, 0));
        refused("schedule cyclic: max-momentum must be at least 0 and below 1", () -> cyclic.withMomenta(0, 1));
        refused("schedule warmup: from must be at least 0", () -> new WarmUpSchedule(1, -1, ONE));
        refused("schedule wsd: min must be at least 0", () -> WarmUpStableDecaySchedule.over(1).withMin(-1));
    }

    @Test
    void parts() {
        refused("schedule chain: needs at least one schedule", () -> new ChainedSchedule(List.of()));
        refused("schedule sequence: needs at least one schedule", () -> new SequentialSchedule(List.of(), List.of()));
        refused("schedule sequence: 2 schedules need 1 milestones, got 0",
                () -> new SequentialSchedule(List.of(ONE, ONE), List.of()));
        refused("schedule sequence: milestones must be at least 1",
                () -> new SequentialSchedule(List.of(ONE, ONE), List.of(0L)));
        refused("schedule sequence: milestones must be increasing, got [3, 3]",
                () -> new SequentialSchedule(List.of(ONE, ONE, ONE), List.of(3L, 3L)));
    }
}

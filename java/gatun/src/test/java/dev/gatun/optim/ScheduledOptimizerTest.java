package dev.gatun.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.gatun.backend.OnEachDevice;
import dev.gatun.memory.NoLeaks;
import dev.gatun.optim.schedule.AbsoluteSchedule;
import dev.gatun.optim.schedule.HyperparameterSchedules;
import dev.gatun.optim.schedule.LinearSchedule;
import dev.gatun.optim.schedule.MomentumSchedule;
import dev.gatun.optim.schedule.OneCycleSchedule;
import dev.gatun.optim.schedule.PlateauOptions;
import dev.gatun.optim.schedule.RunLength;
import dev.gatun.optim.schedule.Schedule;
import dev.gatun.optim.schedule.StepSchedule;
import dev.gatun.optim.schedule.text.RunSchedule;
import dev.gatun.optim.schedule.text.RunSchedules;
import dev.gatun.update.ElementRange;
import dev.gatun.update.Hyperparameters;
import dev.gatun.update.Scheduled;
import dev.gatun.update.rule.AdagradHyperparameters;
import dev.gatun.update.rule.AdamHyperparameters;
import dev.gatun.update.rule.RpropHyperparameters;
import dev.gatun.update.rule.SgdHyperparameters;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Hyper-parameters that move while an optimizer runs. */
@ExtendWith(NoLeaks.class)
class ScheduledOptimizerTest {
    private static final SgdHyperparameters SGD =
            SgdHyperparameters.DEFAULTS.withLearningRate(0.5).withMomentum(0.9).withWeightDecay(0.1);
    private static final ElementRange[] RANGES = {
        new ElementRange(0, 2, 0), new ElementRange(2, 4, 1), new ElementRange(4, 6, 2)};

    private static double moved(Scheduled what) {
        return switch (what) {
            case LEARNING_RATE -> 0.003;
            case MOMENTUM -> 0.6;
            case WEIGHT_DECAY -> 0.07;
        };
    }

    /** In place or from the start: the same bits. */
    @ParameterizedTest
    @MethodSource("dev.gatun.optim.RuleCases#all")
    void everyNumberOfEveryRuleMovesInPlace(RuleCases rule) {
        for (String backend : new String[] {"cpu", "reference", "far"}) {
            for (Scheduled what : Scheduled.values()) {
                List<Hyperparameters> wanted = new ArrayList<>();
                rule.groups().forEach(group -> wanted.add(what.isIn(group) ? what.in(group, moved(what)) : group));
                assertThat(run(backend, rule.groups(), what)).as("%s of %s", what, backend)
                        .isEqualTo(run(backend, wanted, null));
            }
        }
    }

    private static float[] run(
            String backend, List<Hyperparameters> groups, @org.jspecify.annotations.Nullable Scheduled moved) {
        try (Vectors vectors = new Vectors(backend, 6); Optimizer optimizer = vectors.optimizer(groups, RANGES)) {
            vectors.weights(1, -2, 3, -0.5, 0.25, -4);
            for (int i = 0; moved != null && i < groups.size(); i++) {
                if (moved.isIn(groups.get(i))) {
                    optimizer.set(i, moved, moved(moved));
                    assertThat(optimizer.hyperparameters(i)).isEqualTo(moved.in(groups.get(i), moved(moved)));
                }
            }
            for (int step = 0; step < 3; step++) {
                vectors.gradients(0.5, -0.25, 0.3 * step, 0.1, -0.2, 0.4);
                optimizer.step();
            }
            return vectors.weights();
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void whatARuleLacksIsRefused(String backend) {
        List<Hyperparameters> lacking = List.of(
                AdagradHyperparameters.DEFAULTS, RpropHyperparameters.DEFAULTS, SGD.withMomentum(0));
        for (Hyperparameters rule : lacking) {
            try (Vectors vectors = new Vectors(backend, 2);
                    Optimizer optimizer = vectors.optimizer(List.of(rule), new ElementRange(0, 2, 0))) {
                assertThatThrownBy(() -> optimizer.set(0, Scheduled.MOMENTUM, 0.5)).as(rule.label())
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage(rule.rule() + " has no momentum that could be scheduled");
                assertThat(optimizer.hyperparameters(0)).isEqualTo(rule);
            }
        }
        try (Vectors vectors = new Vectors(backend, 2);
                Optimizer optimizer = vectors.optimizer(List.of(RpropHyperparameters.DEFAULTS),
                        new ElementRange(0, 2, 0))) {
            assertThatThrownBy(() -> optimizer.set(0, Scheduled.WEIGHT_DECAY, 0.5))
                    .hasMessageContaining("no weight decay");
        }
    }

    @Test
    void valuesOutsideTheirDomainsAreRefused() {
        try (Vectors vectors = new Vectors("cpu", 2);
                Optimizer optimizer = vectors.optimizer(
                        List.of(SGD.withVariant(SgdHyperparameters.Momentum.NESTEROV)), new ElementRange(0, 2, 0))) {
            assertThatThrownBy(() -> optimizer.set(0, Scheduled.MOMENTUM, 1)).hasMessageContaining("[0, 1)");
            assertThatThrownBy(() -> optimizer.set(0, Scheduled.MOMENTUM, 0)).hasMessageContaining("above 0");
            assertThatThrownBy(() -> optimizer.set(0, Scheduled.WEIGHT_DECAY, -1)).hasMessageContaining("at least 0");
            assertThatThrownBy(() -> optimizer.set(0, Scheduled.LEARNING_RATE, Double.NaN))
                    .hasMessageContaining("at least 0");
            assertThatThrownBy(() -> optimizer.set(1, Scheduled.LEARNING_RATE, 1))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            optimizer.step();
        }
    }

    @Test
    void eachGroupMovesFromItsOwnBase() {
        HyperparameterSchedules schedules = new HyperparameterSchedules(
                new LinearSchedule(1, 0, 4), new MomentumSchedule(OneCycleSchedule.over(11)),
                new AbsoluteSchedule(new LinearSchedule(0.2, 0.6, 4)), null);
        try (Vectors vectors = new Vectors("cpu", 2);
                Optimizer optimizer = vectors.optimizer(
                        List.of(SGD, SGD.withLearningRate(4).withMomentum(0.5).withWeightDecay(0)),
                        new ElementRange(0, 1, 0), new ElementRange(1, 2, 1))) {
            ScheduledOptimizer scheduled = new ScheduledOptimizer(optimizer, schedules);
            scheduled.moveTo(0);
            assertThat(optimizer.hyperparameters(0)).isEqualTo(SGD.withMomentum(0.95).withWeightDecay(0.2));
            scheduled.moveTo(2);
            double momentum = OneCycleSchedule.over(11).momentum(2);
            assertThat(optimizer.hyperparameters(0))
                    .isEqualTo(SGD.withLearningRate(0.25).withMomentum(momentum)
                    .withWeightDecay(0.2 + (0.6 - 0.2) * 2 / 4));
            assertThat(optimizer.hyperparameters(1)).as("no decay stays no decay")
                    .isEqualTo(SGD.withLearningRate(2).withMomentum(momentum).withWeightDecay(0));
            assertThat(scheduled.learningRate()).isEqualTo(0.25);
        }
    }

    @Test
    void aPlateauLowersEachGroupAndGoesOnFromItsState() {
        HyperparameterSchedules schedules = new HyperparameterSchedules(new LinearSchedule(0.5, 1, 2),
                new Schedule.Constant(), new Schedule.Constant(),
                PlateauOptions.DEFAULTS.withFactor(0.5).withPatience(1));
        try (Vectors vectors = new Vectors("cpu", 2);
                Optimizer optimizer = vectors.optimizer(List.of(SGD, SGD.withLearningRate(4)),
                        new ElementRange(0, 1, 0), new ElementRange(1, 2, 1))) {
            ScheduledOptimizer scheduled = new ScheduledOptimizer(optimizer, schedules);
            scheduled.afterEpoch(1);
            scheduled.afterEpoch(1);
            ScheduledOptimizer resumed = new ScheduledOptimizer(optimizer, schedules);
            resumed.restore(scheduled.state());
            assertThat(resumed.state()).isEqualTo(scheduled.state());
            resumed.moveTo(0);
            assertThat(optimizer.hyperparameters(1).learningRate()).as("half, warming up").isEqualTo(2);
            resumed.afterEpoch(1);
            resumed.moveTo(5);
            assertThat(resumed.learningRate()).isEqualTo(0.25);
            assertThat(optimizer.hyperparameters(1).learningRate()).isEqualTo(2);
            ScheduledOptimizer plain = new ScheduledOptimizer(optimizer, HyperparameterSchedules.CONSTANT);
            assertThat(plain.state()).isEmpty();
            assertThatThrownBy(() -> plain.restore(scheduled.state()))
                    .hasMessageContaining("on a plateau, the other does not");
            assertThatThrownBy(() -> resumed.restore(plain.state()))
                    .hasMessageContaining("on a plateau, the other does not");
        }
    }

    @Test
    void schedulesOfNothingAreRefused() {
        try (Vectors vectors = new Vectors("cpu", 2);
                Optimizer optimizer = vectors.optimizer(
                        List.of(AdagradHyperparameters.DEFAULTS), new ElementRange(0, 2, 0))) {
            HyperparameterSchedules momentum = new HyperparameterSchedules(new Schedule.Constant(),
                    new StepSchedule(1, 0.5), new Schedule.Constant(), null);
            assertThatThrownBy(() -> new ScheduledOptimizer(optimizer, momentum)).hasMessageContaining("no momentum");
            HyperparameterSchedules decay = new HyperparameterSchedules(new Schedule.Constant(),
                    new Schedule.Constant(), new StepSchedule(1, 0.5), null);
            assertThatThrownBy(() -> new ScheduledOptimizer(optimizer, decay))
                    .hasMessageContaining("no weight decay that");
        }
    }

    @Test
    void movingAllocatesNothing() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        HyperparameterSchedules schedules = new RunSchedules(RunSchedule.parse("onecycle"),
                RunSchedule.parse("onecycle"), RunSchedule.parse("sequence:milestones=50%,of=[linear]/[cosine]"), null)
                .over(new RunLength(1000, 10));
        try (Vectors vectors = new Vectors("cpu", 2);
                Optimizer optimizer = vectors.optimizer(
                        List.of(AdamHyperparameters.ADAMW), new ElementRange(0, 2, 0))) {
            ScheduledOptimizer scheduled = new ScheduledOptimizer(optimizer, schedules);
            long least = Long.MAX_VALUE;
            for (int round = 0; round < 60 && least > 0; round++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int step = 0; step < 1000; step++) {
                    scheduled.moveTo(step);
                    optimizer.step();
                }
                least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
            }
            assertThat(least).isZero();
        }
    }
}

package dev.gatun.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.gatun.backend.OnEachDevice;
import dev.gatun.backend.TestDevices;
import dev.gatun.memory.NoLeaks;
import dev.gatun.optim.schedule.AbsoluteSchedule;
import dev.gatun.optim.schedule.ExponentialSchedule;
import dev.gatun.optim.schedule.HyperparameterSchedules;
import dev.gatun.optim.schedule.LambdaSchedule;
import dev.gatun.optim.schedule.LinearSchedule;
import dev.gatun.optim.schedule.MomentumSchedule;
import dev.gatun.optim.schedule.OneCycleSchedule;
import dev.gatun.optim.schedule.PlateauOptions;
import dev.gatun.optim.schedule.RunLength;
import dev.gatun.optim.schedule.Schedule;
import dev.gatun.optim.schedule.SequentialSchedule;
import dev.gatun.optim.schedule.StepSchedule;
import dev.gatun.optim.schedule.text.RunSchedule;
import dev.gatun.optim.schedule.text.RunSchedules;
import dev.gatun.optim.schedule.text.ScheduleCheck;
import dev.gatun.update.ElementRange;
import dev.gatun.update.Hyperparameters;
import dev.gatun.update.Scheduled;
import dev.gatun.update.rule.AdagradHyperparameters;
import dev.gatun.update.rule.AdamHyperparameters;
import dev.gatun.update.rule.LarsHyperparameters;
import dev.gatun.update.rule.RpropHyperparameters;
import dev.gatun.update.rule.SgdHyperparameters;
import dev.gatun.update.rule.Trust;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
        for (String backend : TestDevices.all()) {
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

    @ParameterizedTest
    @OnEachDevice
    void valuesOutsideTheirDomainsAreRefused(String backend) {
        try (Vectors vectors = new Vectors(backend, 2);
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

    /** What a check lets pass, a device takes; what the numbers themselves refuse, the check refuses. */
    @ParameterizedTest
    @MethodSource("dev.gatun.optim.RuleCases#all")
    void everyNumberOfEveryRuleIsCheckedAtTheBordersOfItsDomain(RuleCases rule) {
        double[] borders = {0, -0.0, Double.MIN_VALUE, -Double.MIN_VALUE, Math.nextDown(1.0), 1, Math.nextUp(1.0),
            Float.MAX_VALUE, Math.nextUp((double) Float.MAX_VALUE), Double.POSITIVE_INFINITY, Double.NaN};
        for (String backend : TestDevices.all()) {
            try (Vectors vectors = new Vectors(backend, 6);
                    Optimizer optimizer = vectors.optimizer(rule.groups(), RANGES)) {
                for (Scheduled what : Scheduled.values()) {
                    for (int i = 0; i < rule.groups().size(); i++) {
                        Hyperparameters numbers = rule.groups().get(i);
                        for (double border : what.isIn(numbers) ? borders : new double[0]) {
                            boolean taken = takes(numbers, what, border);
                            if (taken) {
                                optimizer.set(i, what, border);
                                optimizer.step();
                            }
                            assertThat(taken).as("%s %s of %s", what, border, numbers)
                                    .isEqualTo(isIn(numbers, what, border));
                        }
                        optimizer.set(i, numbers);
                    }
                }
            }
        }
    }

    private static boolean takes(Hyperparameters numbers, Scheduled what, double value) {
        try {
            what.check(numbers, value);
            return true;
        } catch (IllegalArgumentException e) {
            String message = String.valueOf(e.getMessage());
            String given = value == 0 && !message.contains("at least 0") ? "0" : Double.toString(value);
            assertThat(message).contains(numbers.rule().name()).endsWith("got " + given).doesNotContain("\n");
            return false;
        }
    }

    /** Whether the record of the numbers takes the value too; a momentum that a schedule moves stays below 1. */
    private static boolean isIn(Hyperparameters numbers, Scheduled what, double value) {
        Map<String, Object> fields = new HashMap<>(HyperparameterFields.of(numbers));
        fields.put(what.field(numbers), value);
        try {
            HyperparameterFields.read(numbers, fields);
            return what != Scheduled.MOMENTUM || value < 1;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** A step before the schedule leaves its domain the run would do; one step later it is refused. */
    @ParameterizedTest
    @MethodSource("dev.gatun.optim.RuleCases#all")
    void whateverLeavesItsDomainIsRefusedBeforeTheRun(RuleCases rule) {
        Schedule grows = new AbsoluteSchedule(new ExponentialSchedule(1e10)); // 1, 1e10, 1e20, 1e30, 1e40
        Schedule rises = new AbsoluteSchedule(new LinearSchedule(0.25, 1, 3)); // 0.25, 0.5, 0.75, 1
        for (Hyperparameters numbers : rule.groups()) {
            for (Scheduled what : Scheduled.values()) {
                boolean momentum = what == Scheduled.MOMENTUM;
                HyperparameterSchedules moves = with(what, momentum ? rises : grows);
                if (!what.isIn(numbers) || !moves.moves(what, numbers)) {
                    continue;
                }
                int last = momentum ? 3 : 4;
                ScheduleCheck.check(moves, numbers, last);
                assertThatThrownBy(() -> ScheduleCheck.check(moves, numbers, 100)).as("%s of %s", what, numbers)
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageStartingWith("the schedule of the " + what.words() + ", absolute:of=[")
                        .hasMessageContaining("gives " + (momentum ? "1" : "1.0E40") + " at step " + (last + 1)
                        + " of 100: " + numbers.rule().name() + ": ")
                        .message().doesNotContain("\n");
            }
        }
    }

    /** A momentum that goes to 0 and on: the velocity is that of before, as in PyTorch. */
    @ParameterizedTest
    @OnEachDevice
    void aMomentumGoesThroughZero(String backend) {
        HyperparameterSchedules turns = with(Scheduled.MOMENTUM, new AbsoluteSchedule(new SequentialSchedule(
                List.of(new LinearSchedule(0.5, 0, 2), new LinearSchedule(0.5, 0.5, 1)), List.of(3L))));
        try (Vectors vectors = new Vectors(backend, 1);
                Optimizer optimizer = vectors.optimizer(
                        List.of(SGD.withLearningRate(1).withWeightDecay(0)), new ElementRange(0, 1, 0))) {
            ScheduledOptimizer scheduled = new ScheduledOptimizer(optimizer, turns);
            double[] momenta = {0.5, 0.25, 0, 0.5};
            double[] moves = {1, 1.25, 1, 1.625};
            double weight = 0;
            for (int step = 0; step < momenta.length; step++) {
                vectors.gradients(1);
                scheduled.moveTo(step);
                assertThat(((SgdHyperparameters) optimizer.hyperparameters(0)).momentum()).isEqualTo(momenta[step]);
                optimizer.step();
                weight -= moves[step];
                assertThat(vectors.weights()).containsExactly((float) weight);
            }
        }
    }

    private static HyperparameterSchedules with(Scheduled what, Schedule schedule) {
        return switch (what) {
            case LEARNING_RATE -> HyperparameterSchedules.CONSTANT.withLearningRate(schedule);
            case MOMENTUM -> HyperparameterSchedules.CONSTANT.withMomentum(schedule);
            case WEIGHT_DECAY -> HyperparameterSchedules.CONSTANT.withWeightDecay(schedule);
        };
    }

    @Test
    void theEndsOfVariantsAreRefusedByName() {
        SgdHyperparameters nesterov = SGD.withVariant(SgdHyperparameters.Momentum.NESTEROV);
        HyperparameterSchedules falls = with(Scheduled.MOMENTUM, new LinearSchedule(1, 0, 5));
        ScheduleCheck.check(falls, nesterov, 5);
        for (SgdHyperparameters needs : List.of(nesterov, SGD.withVariant(SgdHyperparameters.Momentum.AVERAGE),
                SGD.withVariant(SgdHyperparameters.Momentum.CORRECTED_AVERAGE))) {
            assertThatThrownBy(() -> ScheduleCheck.check(falls, needs, 6)).hasMessage(
                    "the schedule of the momentum, linear:start=1,end=0,total=5, gives 0 at step 6 of 6:"
                    + " sgd: this variant needs a momentum above 0 and below 1, got 0");
        }
        ScheduleCheck.check(falls, SGD, 6);
        LarsHyperparameters lars = LarsHyperparameters.DEFAULTS.withTrust(Trust.AT_MOST_ONE);
        HyperparameterSchedules ends = with(Scheduled.LEARNING_RATE, new LinearSchedule(1, 0, 5));
        assertThatThrownBy(() -> ScheduleCheck.check(ends, lars, 6))
                .hasMessageEndingWith("lars: a bounded trust ratio needs a learning rate above 0, got 0");
        HyperparameterSchedules code = with(Scheduled.LEARNING_RATE, new LambdaSchedule(k -> k < 9 ? 1 : -1));
        ScheduleCheck.check(code, SGD, 9);
        assertThatThrownBy(() -> ScheduleCheck.check(code, SGD, 1L << 40)).hasMessage(
                "the schedule of the learning rate, a function in code, gives -0.5 at step 10 of 1099511627776:"
                + " sgd: learning rate must be at least 0 and finite, got -0.5");
        HyperparameterSchedules late = with(Scheduled.LEARNING_RATE, new LinearSchedule(1, 0, (1L << 40) - 1));
        assertThatThrownBy(() -> ScheduleCheck.check(late, lars, 1L << 40)).as("the last step of very many")
                .hasMessageContaining("at step 1099511627776 of 1099511627776");
    }

    @ParameterizedTest
    @OnEachDevice
    void eachGroupMovesFromItsOwnBase(String backend) {
        HyperparameterSchedules schedules = new HyperparameterSchedules(
                new LinearSchedule(1, 0, 4), new MomentumSchedule(OneCycleSchedule.over(11)),
                new AbsoluteSchedule(new LinearSchedule(0.2, 0.6, 4)), null);
        try (Vectors vectors = new Vectors(backend, 2);
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

    @ParameterizedTest
    @OnEachDevice
    void aPlateauLowersEachGroupAndGoesOnFromItsState(String backend) {
        HyperparameterSchedules schedules = new HyperparameterSchedules(new LinearSchedule(0.5, 1, 2),
                new Schedule.Constant(), new Schedule.Constant(),
                PlateauOptions.DEFAULTS.withFactor(0.5).withPatience(1));
        try (Vectors vectors = new Vectors(backend, 2);
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

    @ParameterizedTest
    @OnEachDevice
    void schedulesOfNothingAreRefused(String backend) {
        try (Vectors vectors = new Vectors(backend, 2);
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
                .over(new RunLength(1000, 10), AdamHyperparameters.ADAMW);
        try (Vectors vectors = new Vectors(TestDevices.COUNTED, 2);
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

package dev.gatun.optim.schedule;

import static dev.gatun.optim.schedule.ScheduleFigures.same;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Sequences, products and absolute values against PyTorch 2.13.0; {@code run} stands in {@link ScheduleFigures}. */
class CompositeScheduleTest {
    // run(lambda o: SequentialLR(o, [ConstantLR(o, .1, 100), ExponentialLR(o, .9), StepLR(o, 2, .5)], [6, 15]))
    @Test
    void sequence() {
        same(new SequentialSchedule(List.of(new ConstantFactorSchedule(0.1, 100), new ExponentialSchedule(0.9),
                new StepSchedule(2, 0.5)), List.of(6L, 15L)), 0.4,
                0.04000000000000001, 0.04000000000000001, 0.04000000000000001, 0.04000000000000001,
                0.04000000000000001, 0.04000000000000001, 0.4, 0.36000000000000004, 0.32400000000000007,
                0.2916000000000001, 0.26244000000000006, 0.23619600000000007, 0.21257640000000008, 0.1913187600000001,
                0.1721868840000001, 0.4, 0.4, 0.2, 0.2, 0.1, 0.1, 0.05, 0.05, 0.025);
    }

    // run(lambda o: SequentialLR(o, [LinearLR(o), CyclicLR(o, .1, .4, 3, 4), CosineAnnealingLR(o, 9, .04)], [5, 14]))
    @Test
    void sequenceOfCycles() {
        same(new SequentialSchedule(List.of(LinearSchedule.DEFAULTS, CyclicSchedule.from(0.25).withSteps(3, 4),
                new CosineAnnealingSchedule(9, 0.1)), List.of(5L, 14L)), 0.4,
                0.13333333333333333, 0.18666666666666668, 0.24000000000000002, 0.2933333333333334,
                0.34666666666666673, 0.1, 0.19999999999999998, 0.29999999999999993, 0.4, 0.32500000000000007,
                0.24999999999999997, 0.175, 0.1, 0.19999999999999998, 0.4, 0.38914467174146355, 0.35788799976141605,
                0.31000000000000005, 0.25125667198004753, 0.18874332801995258, 0.13000000000000006,
                0.08211200023858398, 0.0508553282585365, 0.04);
    }

    // run(lambda o: ChainedScheduler([ConstantLR(o, .1, 4), ExponentialLR(o, .9)]))
    @Test
    void chain() {
        same(new ChainedSchedule(List.of(new ConstantFactorSchedule(0.1, 4), new ExponentialSchedule(0.9))), 0.4,
                0.04000000000000001, 0.03600000000000001, 0.03240000000000001, 0.029160000000000012,
                0.2624400000000001, 0.2361960000000001, 0.21257640000000008, 0.1913187600000001, 0.1721868840000001,
                0.15496819560000008, 0.13947137604000007, 0.12552423843600005, 0.11297181459240005,
                0.10167463313316005, 0.09150716981984405, 0.08235645283785965, 0.07412080755407369,
                0.06670872679866632, 0.060037854118799694, 0.05403406870691973, 0.04863066183622776,
                0.04376759565260498, 0.039390836087344484, 0.03545175247861004);
    }

    // run(lambda o: ChainedScheduler([LinearLR(o), MultiStepLR(o, [8, 16]), PolynomialLR(o, 30, 2)]))
    @Test
    void chainOfThree() {
        same(new ChainedSchedule(List.of(LinearSchedule.DEFAULTS, MultiStepSchedule.at(List.of(8L, 16L)),
                new PolynomialSchedule(30, 2))), 0.4,
                0.13333333333333333, 0.17442962962962963, 0.2090666666666667, 0.2376000000000001, 0.26038518518518533,
                0.2777777777777779, 0.2560000000000001, 0.2351111111111112, 0.021511111111111127,
                0.019600000000000006, 0.017777777777777788, 0.016044444444444448, 0.014400000000000005,
                0.012844444444444448, 0.011377777777777782, 0.010000000000000004, 0.0008711111111111116,
                0.0007511111111111115, 0.0006400000000000004, 0.0005377777777777782, 0.00044444444444444485,
                0.00036000000000000035, 0.00028444444444444475, 0.00021777777777777786);
    }

    // run(lambda o: LinearLR(o, .5, .9, 10), lr=1)
    @Test
    void absolute() {
        same(new AbsoluteSchedule(new ChainedSchedule(List.of(new LinearSchedule(0.5, 0.9, 10)))), 77,
                0.5, 0.54, 0.58, 0.6199999999999999, 0.6599999999999998, 0.6999999999999997, 0.7399999999999998,
                0.7799999999999997, 0.8199999999999997, 0.8599999999999998, 0.8999999999999998, 0.8999999999999998,
                0.8999999999999998, 0.8999999999999998, 0.8999999999999998, 0.8999999999999998, 0.8999999999999998,
                0.8999999999999998, 0.8999999999999998, 0.8999999999999998, 0.8999999999999998, 0.8999999999999998,
                0.8999999999999998, 0.8999999999999998);
    }

    private static final Schedule NINE = new AbsoluteSchedule(new LinearSchedule(0.9, 0.9, 1));

    @Test
    void absoluteValuesPassThroughCompositesAndTheirFactorsDoNotExist() {
        Schedule warm = new WarmUpSchedule(2, 0, NINE);
        Schedule sequence = new SequentialSchedule(List.of(new Schedule.Constant(), NINE), List.of(1L));
        Schedule chain = new ChainedSchedule(List.of(NINE, new ExponentialSchedule(0.5)));
        same(warm, 5, 0, 0.45, 0.9, 0.9);
        same(sequence, 5, 5, 0.9, 0.9);
        same(chain, 5, 0.9, 0.45, 0.225);
        for (Schedule schedule : List.of(NINE, warm, sequence, chain, OneCycleSchedule.over(9).momentumSchedule())) {
            assertThat(schedule.isAbsolute()).isTrue();
            assertThatThrownBy(() -> schedule.factor(3)).isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageEndingWith("its values are absolute, not factors of a base: ask for value(base, steps)");
        }
    }

    @Test
    void factorsOfCompositesAreTheirValuesAtOne() {
        Schedule decay = new ExponentialSchedule(0.8);
        for (Schedule schedule : List.of(new WarmUpSchedule(3, 0.1, decay),
                new WarmUpSchedule(3, 0.1, LinearSchedule.DEFAULTS),
                new SequentialSchedule(List.of(decay, decay), List.of(3L)),
                new ChainedSchedule(List.of(decay, LinearSchedule.DEFAULTS)))) {
            assertThat(schedule.isAbsolute()).isFalse();
            for (int k = 0; k < 8; k++) {
                assertThat(schedule.factor(k)).isEqualTo(schedule.value(1, k));
            }
        }
    }

    @Test
    void anAbsoluteScheduleAfterAnotherWouldHideIt() {
        assertThatThrownBy(() -> new ChainedSchedule(List.of(new Schedule.Constant(), NINE)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("schedule chain: only the first schedule may be absolute");
    }
}

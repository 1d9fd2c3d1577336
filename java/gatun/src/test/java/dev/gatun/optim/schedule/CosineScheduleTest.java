package dev.gatun.optim.schedule;

import static dev.gatun.optim.schedule.ScheduleFigures.same;
import static dev.gatun.optim.schedule.ScheduleFigures.sameWithin;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** Cosines, warm-ups and plateaus against PyTorch 2.13.0; {@code run} stands in {@link ScheduleFigures}. */
class CosineScheduleTest {
    // run(lambda o: CosineAnnealingLR(o, 10), n=32)
    @Test
    void annealing() {
        same(CosineAnnealingSchedule.over(10), 0.4,
                0.4, 0.39021130325903075, 0.3618033988749895, 0.3175570504584947, 0.26180339887498955,
                0.20000000000000004, 0.13819660112501056, 0.08244294954150541, 0.03819660112501054,
                0.009788696740969296, 0, 0.009788696740969294, 0.038196601125010665, 0.08244294954150573,
                0.13819660112501114, 0.2000000000000009, 0.26180339887499066, 0.317557050458496, 0.36180339887499113,
                0.39021130325903247, 0.40000000000000174, 0.3902113032590324, 0.3618033988749912, 0.317557050458496,
                0.26180339887499066, 0.2000000000000009, 0.13819660112501117, 0.08244294954150577,
                0.03819660112501072, 0.009788696740969358, 0, 0.009788696740969294);
    }

    // run(lambda o: CosineAnnealingLR(o, 7, eta_min=.05), n=32)
    @Test
    void annealingWithOptions() {
        same(new CosineAnnealingSchedule(7, 0.05 / 0.4), 0.4,
                0.4, 0.38266955188292334, 0.33411071532527836, 0.263941163442355, 0.186058836557645,
                0.11588928467472165, 0.06733044811707667, 0.05, 0.06733044811707666, 0.11588928467472161,
                0.186058836557645, 0.2639411634423549, 0.3341107153252784, 0.3826695518829235, 0.40000000000000013,
                0.3826695518829235, 0.33411071532527853, 0.263941163442355, 0.1860588365576451, 0.11588928467472172,
                0.0673304481170767, 0.05, 0.06733044811707666, 0.11588928467472219, 0.18605883655764616,
                0.2639411634423569, 0.3341107153252812, 0.3826695518829264, 0.40000000000000324, 0.3826695518829265,
                0.33411071532528136, 0.26394116344235713);
    }

    // run(lambda o: CosineAnnealingWarmRestarts(o, 6))
    @Test
    void restarts() {
        same(CosineWarmRestartsSchedule.every(6), 0.4,
                0.4, 0.3732050807568878, 0.30000000000000004, 0.2, 0.10000000000000005, 0.02679491924311226, 0.4,
                0.3732050807568878, 0.30000000000000004, 0.2, 0.10000000000000005, 0.02679491924311226, 0.4,
                0.3732050807568878, 0.30000000000000004, 0.2, 0.10000000000000005, 0.02679491924311226, 0.4,
                0.3732050807568878, 0.30000000000000004, 0.2, 0.10000000000000005, 0.02679491924311226);
    }

    // run(lambda o: CosineAnnealingWarmRestarts(o, 3, T_mult=2, eta_min=.04), n=48)
    @Test
    void restartsWithOptions() {
        same(new CosineWarmRestartsSchedule(3, 2, 0.1), 0.4,
                0.4, 0.31, 0.13000000000000006, 0.4, 0.375884572681199, 0.31, 0.22000000000000003,
                0.13000000000000006, 0.06411542731880104, 0.4, 0.3938666487320323, 0.375884572681199,
                0.3472792206135786, 0.31, 0.26658742811845376, 0.22000000000000003, 0.17341257188154632,
                0.13000000000000006, 0.09272077938642145, 0.06411542731880104, 0.04613335126796773, 0.4,
                0.3984600750472859, 0.3938666487320323, 0.3862983158520316, 0.375884572681199, 0.36280360125242234,
                0.3472792206135786, 0.3295770572215697, 0.31, 0.2888830178257162, 0.26658742811845376,
                0.24349471459960936, 0.22000000000000003, 0.19650528540039075, 0.17341257188154632,
                0.1511169821742839, 0.13000000000000006, 0.11042294277843029, 0.09272077938642145, 0.0771963987475777,
                0.06411542731880104, 0.05370168414796839, 0.04613335126796773, 0.041539924952714136, 0.4,
                0.39961460618294864, 0.3984600750472859);
    }

    // sequence = lambda o: SequentialLR(o, [LinearLR(o, 1 / 6, 1, 5), CosineAnnealingLR(o, 12), ConstantLR(o, 0, 99)],
    //     [5, 17])
    // run(sequence)
    @Test
    void cosine() {
        same(new Schedule.Cosine(5, 17), 0.4,
                0.06666666666666667, 0.13333333333333333, 0.2, 0.2666666666666667, 0.33333333333333337, 0.4,
                0.39318516525781366, 0.3732050807568878, 0.3414213562373095, 0.30000000000000004, 0.2517638090205042,
                0.20000000000000004, 0.1482361909794959, 0.10000000000000006, 0.05857864376269052,
                0.026794919243112263, 0.0068148347421863615, 0, 0, 0, 0, 0, 0, 0);
    }

    // noam = lambda k: 64 ** -.5 * min((k + 1) ** -.5, (k + 1) * 8 ** -1.5)  # d_model 64, 8 steps of warm-up
    // run(lambda o: LambdaLR(o, noam), lr=1)
    @Test
    void inverseSquareRoot() {
        same(new InverseSquareRootSchedule(8), Math.pow(64 * 8, -0.5),
                0.005524271728019903, 0.011048543456039806, 0.01657281518405971, 0.02209708691207961,
                0.027621358640099514, 0.03314563036811942, 0.03866990209613932, 0.04419417382415922,
                0.041666666666666664, 0.03952847075210474, 0.037688918072220454, 0.03608439182435161,
                0.03466876226407682, 0.03340765523905305, 0.032274861218395144, 0.03125, 0.03031695312954162,
                0.02946278254943948, 0.02867696673382022, 0.02795084971874737, 0.02727723627949905,
                0.026650089544451305, 0.026064301757134346, 0.02551551815399144);
    }

    // run(lambda o: SequentialLR(o, [LinearLR(o, .05, 1, 4), CosineAnnealingLR(o, 18)], [4]))
    @Test
    void warmUp() {
        same(new WarmUpSchedule(4, 0.05, CosineAnnealingSchedule.over(18)), 0.4,
                0.020000000000000004, 0.115, 0.21000000000000002, 0.305, 0.4, 0.39696155060244165, 0.3879385241571817,
                0.3732050807568878, 0.35320888862379557, 0.3285575219373078, 0.29999999999999993, 0.26840402866513374,
                0.23472963553338608, 0.19999999999999998, 0.16527036446661392, 0.1315959713348663,
                0.10000000000000005, 0.07144247806269213, 0.046791111376204425, 0.026794919243112305,
                0.012061475842818338, 0.0030384493975583963, 0, 0.0030384493975583963);
    }

    // run(lambda o: SequentialLR(o, [LinearLR(o, .2, 1, 7), StepLR(o, 5, .5)], [7]))
    @Test
    void warmUpOfSteps() {
        same(new WarmUpSchedule(7, 0.2, new StepSchedule(5, 0.5)), 0.4,
                0.08000000000000002, 0.12571428571428572, 0.17142857142857146, 0.21714285714285717,
                0.2628571428571429, 0.3085714285714286, 0.3542857142857143, 0.4, 0.4, 0.4, 0.4, 0.4, 0.2, 0.2, 0.2,
                0.2, 0.2, 0.1, 0.1, 0.1, 0.1, 0.1, 0.05, 0.05);
    }

    // wsd = lambda o: SequentialLR(o, [LinearLR(o, 1 / 5, 1, 4), ConstantLR(o, 1), LinearLR(o, 1, .1, 9)], [4, 12])
    // run(wsd)
    @Test
    void warmUpStableDecay() {
        same(new WarmUpStableDecaySchedule(4, 21, 9, 0.1, WarmUpStableDecaySchedule.Shape.LINEAR), 0.4,
                0.08000000000000002, 0.16000000000000003, 0.24000000000000005, 0.32000000000000006, 0.4, 0.4, 0.4,
                0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.36000000000000004, 0.32, 0.28, 0.24000000000000002, 0.2,
                0.16000000000000003, 0.12000000000000002, 0.08000000000000003, 0.04000000000000001,
                0.04000000000000001, 0.04000000000000001);
    }

    // wsd = lambda o: SequentialLR(o, [LinearLR(o, 1 / 6, 1, 5), ConstantLR(o, 1), CosineAnnealingLR(o, 11, .02)], [5,
    //     11])
    // run(wsd, n=23)
    @Test
    void warmUpStableDecayAlongACosine() {
        same(new WarmUpStableDecaySchedule(5, 22, 11, 0.05, WarmUpStableDecaySchedule.Shape.COS), 0.4,
                0.06666666666666667, 0.13333333333333333, 0.2, 0.2666666666666667, 0.33333333333333337, 0.4, 0.4, 0.4,
                0.4, 0.4, 0.4, 0.4, 0.39230366498675456, 0.36983817123792445, 0.33442353944960423, 0.2889288524703585,
                0.23703981927192416, 0.18296018072807585, 0.1310711475296416, 0.08557646055039586,
                0.050161828762075596, 0.0276963350132455, 0.02);
    }

    // wsd = lambda k: 1 if k < 10 else .2 + .8 * (1 - ((k - 10) / 12) ** .5) if k < 22 else .2
    // run(lambda o: LambdaLR(o, wsd))
    @Test
    void warmUpStableDecayAlongARoot() {
        same(WarmUpStableDecaySchedule.over(22).withDecay(12, WarmUpStableDecaySchedule.Shape.SQRT).withMin(0.2), 0.4,
                0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.30762395692965994, 0.26936054705156387,
                0.24000000000000005, 0.2152479138593198, 0.19344088820227112, 0.1737258300203048, 0.15559596293568856,
                0.1387210941031277, 0.12287187078897965, 0.10788130266391141, 0.09362332551797181,
                0.08000000000000002, 0.08000000000000002);
    }

    @Test
    void theSequenceOfTheNotes() {
        sameWithin(1e-5, new WarmUpSchedule(3, 0.1, CosineAnnealingSchedule.over(6)), 1,
                0.1, 0.4, 0.7, 1, 0.933013, 0.75, 0.5, 0.25, 0.066987, 0);
    }

    @Test
    void restartsStayExactFarOut() {
        CosineWarmRestartsSchedule schedule = new CosineWarmRestartsSchedule(3, 3, 0);
        long start = 0;
        for (long period = 3; period < Long.MAX_VALUE / 9; period *= 3) {
            assertThat(schedule.factor(start)).isEqualTo(1);
            assertThat(schedule.factor(start + period - 1)).isLessThan(0.26);
            start += period;
        }
        // Periods of 2^53, 2^55, ... 2^61, which make 341 * 2^53, then one of 2^63 = 1024 * 2^53.
        assertThat(new CosineWarmRestartsSchedule(1L << 53, 4, 0).factor(Long.MAX_VALUE))
                .isCloseTo((1 + Math.cos(Math.PI * 683 / 1024)) / 2, within(1e-14));
    }

    @Test
    void theAnnealingIsPeriodicAndTheCosineStaysDown() {
        CosineAnnealingSchedule annealing = CosineAnnealingSchedule.over(10);
        assertThat(annealing.factor(20_000_000_000L)).isEqualTo(1);
        assertThat(annealing.factor(20_000_000_003L)).isEqualTo(annealing.factor(3));
        assertThat(new Schedule.Cosine(0, 10).factor(20)).isZero();
    }

    @Test
    void aWarmUpLeadsToTheFirstFactorOfWhatFollows() {
        same(new WarmUpSchedule(2, 0.5, new LinearSchedule(0.2, 1, 4)), 10, 1, 1.5, 2, 4, 6, 8, 10, 10);
    }

    @Test
    void aDecayOfNoStepsIsAJump() {
        same(new WarmUpStableDecaySchedule(1, 3, 0, 0.25, WarmUpStableDecaySchedule.Shape.COS), 1, 0.5, 1, 1, 0.25);
    }
}

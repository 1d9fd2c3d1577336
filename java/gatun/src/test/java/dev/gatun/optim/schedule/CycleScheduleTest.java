package dev.gatun.optim.schedule;

import static dev.gatun.optim.schedule.ScheduleFigures.same;
import static dev.gatun.optim.schedule.ScheduleFigures.sameWithin;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.function.LongToDoubleFunction;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Cycles of rate and momentum against PyTorch 2.13.0; {@code run} stands in {@link ScheduleFigures}. */
class CycleScheduleTest {
    // run(lambda o: OneCycleLR(o, .4, total_steps=24), n=24)
    @Test
    void oneCycle() {
        same(OneCycleSchedule.over(24), 0.4,
                0.016000000000000014, 0.040125449700240234, 0.10643891001722322, 0.19827535958296721,
                0.2925556770990658, 0.36558658071179706, 0.3990149100912439, 0.39776617418036475, 0.38877671095500926,
                0.3732051879365647, 0.3515945382517121, 0.3246982615799052, 0.2934541518397098, 0.25895159907804133,
                0.2223936056490807, 0.18505484106679002, 0.14823719803473193, 0.11322439928347969, 0.0812372379414481,
                0.05339101207553224, 0.030656637533702562, 0.01382679497015809, 0.003488291406520932, 1.6e-06);
    }

    // run(lambda o: OneCycleLR(o, .4, total_steps=24), n=24, key='momentum')
    @Test
    void oneCycleMomentum() {
        same(OneCycleSchedule.over(24).momentumSchedule(), 123,
                0.95, 0.9437173308072291, 0.9264482005163481, 0.9025324584419356, 0.8779802924221183,
                0.8589618279396362, 0.8502565338304052, 0.8505584586887436, 0.8528058334845816, 0.856698729810778,
                0.8621014138427273, 0.8688255099070633, 0.8766365685863469, 0.8852622412794547, 0.8944017761948346,
                0.9037365046793212, 0.912940952255126, 0.9216941869558779, 0.9296910092786751, 0.9366525935914912,
                0.9423362099614142, 0.9465436874322102, 0.9491283236616643, 0.95);
    }

    // run(lambda o: OneCycleLR(o, .4, total_steps=23, pct_start=.45, anneal_strategy='linear'), n=23)
    @Test
    void oneCycleLinear() {
        same(OneCycleSchedule.over(23).withPctStart(0.45).withAnneal(OneCycleSchedule.Anneal.LINEAR), 0.4,
                0.016, 0.05706951871657754, 0.09813903743315508, 0.13920855614973263, 0.18027807486631015,
                0.2213475935828877, 0.26241711229946524, 0.3034866310160428, 0.34455614973262033, 0.38562566844919793,
                0.3794467225296443, 0.34782629565217393, 0.3162058687747036, 0.2845854418972332, 0.2529650150197629,
                0.2213445881422925, 0.18972416126482217, 0.15810373438735176, 0.1264833075098814, 0.09486288063241105,
                0.0632424537549407, 0.031622026877470344, 1.599999999990498e-06);
    }

    // run(lambda o: OneCycleLR(o, .4, total_steps=23, pct_start=.45, anneal_strategy='linear'), n=23, key='momentum')
    @Test
    void oneCycleLinearMomentum() {
        same(OneCycleSchedule.over(23).withPctStart(0.45).withAnneal(OneCycleSchedule.Anneal.LINEAR).momentumSchedule(),
                123,
                0.95, 0.9393048128342245, 0.9286096256684492, 0.9179144385026737, 0.9072192513368984,
                0.896524064171123, 0.8858288770053475, 0.8751336898395722, 0.8644385026737967, 0.8537433155080214,
                0.8551383399209486, 0.8630434782608696, 0.8709486166007905, 0.8788537549407114, 0.8867588932806324,
                0.8946640316205533, 0.9025691699604743, 0.9104743083003952, 0.9183794466403161, 0.9262845849802371,
                0.934189723320158, 0.942094861660079, 0.95);
    }

    // run(lambda o: OneCycleLR(o, .4, total_steps=25, three_phase=True, div_factor=10, final_div_factor=100,
    //     base_momentum=.8, max_momentum=.9), n=25)
    @Test
    void oneCycleInThreePhases() {
        same(OneCycleSchedule.over(25).withPhases(OneCycleSchedule.Phases.THREE).withDivFactors(10, 100)
                .withMomenta(0.8,
                0.9), 0.4,
                0.03999999999999998, 0.06061791538242223, 0.11774834558839198, 0.19830339755404186,
                0.28382887966765646, 0.3547319346707982, 0.3947695271366894, 0.3947695271366894, 0.3547319346707982,
                0.2838288796676564, 0.1983033975540419, 0.11774834558839198, 0.06061791538242224, 0.04,
                0.03919796087756705, 0.036856819950057386, 0.03316624253211665, 0.028425217257437355,
                0.02301783379781105, 0.017382166202188958, 0.011974782742562652, 0.007233757467883358,
                0.0035431800499426103, 0.0012020391224329544, 0.0004);
    }

    // run(lambda o: OneCycleLR(o, .4, total_steps=25, three_phase=True, div_factor=10, final_div_factor=100,
    //     base_momentum=.8, max_momentum=.9), n=25, key='momentum')
    @Test
    void oneCycleInThreePhasesMomentum() {
        same(OneCycleSchedule.over(25).withPhases(OneCycleSchedule.Phases.THREE).withDivFactors(10, 100)
                .withMomenta(0.8,
                0.9).momentumSchedule(), 123,
                0.9, 0.8942728012826605, 0.8784032373365578, 0.8560268340127661, 0.8322697556478733,
                0.812574462591445, 0.8014529091286975, 0.8014529091286975, 0.812574462591445, 0.8322697556478733,
                0.8560268340127661, 0.8784032373365578, 0.8942728012826605, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9,
                0.9, 0.9, 0.9, 0.9);
    }

    // run(lambda o: OneCycleLR(o, .4, total_steps=21, pct_start=0.), n=21)
    @Test
    void oneCycleWithoutRise() {
        same(OneCycleSchedule.over(21).withPctStart(0).withMax(0.5), 0.8,
                0.39776617418036475, 0.3911145966989836, 0.38019385280538953, 0.36524789387217954, 0.3466105879244678,
                0.3246982615799052, 0.3000004, 0.27306871260045956, 0.24450480877451572, 0.21494675893321,
                0.18505484106679002, 0.1554967912254843, 0.12693288739954048, 0.10000120000000005, 0.0753033384200948,
                0.05339101207553224, 0.03475370612782051, 0.019807747194610516, 0.008887003301016471,
                0.0022354258196352755, 1.6e-06);
    }

    // run(lambda o: OneCycleLR(o, .4, total_steps=21, pct_start=0.), n=21, key='momentum')
    @Test
    void oneCycleWithoutRiseMomentum() {
        same(OneCycleSchedule.over(21).withPctStart(0).withMax(0.5).momentumSchedule(), 123,
                0.8505584586887436, 0.8522213597106929, 0.854951556604879, 0.8586880612842003, 0.8633474064085087,
                0.8688255099070633, 0.875, 0.8817329487816802, 0.8888739533021842, 0.8962634953206787,
                0.9037365046793212, 0.9111260466978157, 0.9182670512183198, 0.9249999999999999, 0.9311744900929366,
                0.9366525935914912, 0.9413119387157997, 0.945048443395121, 0.947778640289307, 0.9494415413112564, 0.95);
    }

    // run(lambda o: CyclicLR(o, .04, .4, step_size_up=5), n=24)
    @Test
    void triangular() {
        same(CyclicSchedule.from(0.1).withSteps(5, 5), 0.4,
                0.04, 0.11200000000000007, 0.184, 0.25600000000000006, 0.32799999999999996, 0.4, 0.32799999999999996,
                0.25600000000000006, 0.184, 0.11200000000000007, 0.04, 0.11200000000000007, 0.18400000000000016,
                0.2559999999999999, 0.32799999999999996, 0.4, 0.32799999999999996, 0.2559999999999999,
                0.18400000000000016, 0.11200000000000007, 0.04, 0.11200000000000007, 0.18400000000000016,
                0.2559999999999999);
    }

    // run(lambda o: CyclicLR(o, .04, .4, step_size_up=5), n=24, key='momentum')
    @Test
    void triangularMomentum() {
        same(CyclicSchedule.from(0.1).withSteps(5, 5).momentumSchedule(), 123,
                0.9, 0.88, 0.8600000000000001, 0.8400000000000001, 0.8200000000000001, 0.8, 0.8200000000000001,
                0.8400000000000001, 0.8600000000000001, 0.88, 0.9, 0.88, 0.86, 0.8400000000000001, 0.8200000000000001,
                0.8, 0.8200000000000001, 0.8400000000000001, 0.86, 0.88, 0.9, 0.88, 0.86, 0.8400000000000001);
    }

    // run(lambda o: CyclicLR(o, .08, .4, step_size_up=4, step_size_down=3, mode='triangular2'), n=30)
    @Test
    void triangular2() {
        same(CyclicSchedule.from(0.2).withSteps(4, 3).withMode(CyclicSchedule.Mode.TRIANGULAR2), 0.4,
                0.08, 0.15999999999999998, 0.23999999999999994, 0.32000000000000006, 0.4, 0.2933333333333332,
                0.1866666666666666, 0.08, 0.11999999999999998, 0.15999999999999998, 0.20000000000000007,
                0.23999999999999994, 0.1866666666666666, 0.1333333333333333, 0.08, 0.09999999999999999,
                0.11999999999999998, 0.13999999999999999, 0.15999999999999998, 0.1333333333333333,
                0.10666666666666666, 0.08, 0.08999999999999997, 0.09999999999999999, 0.11000000000000001,
                0.11999999999999998, 0.10666666666666666, 0.09333333333333328, 0.08, 0.08500000000000002);
    }

    // run(lambda o: CyclicLR(o, .08, .4, step_size_up=4, step_size_down=3, mode='triangular2'), n=30, key='momentum')
    @Test
    void triangular2Momentum() {
        same(CyclicSchedule.from(0.2).withSteps(4, 3).withMode(CyclicSchedule.Mode.TRIANGULAR2).momentumSchedule(), 123,
                0.9, 0.875, 0.8500000000000001, 0.8250000000000001, 0.8, 0.8333333333333334, 0.8666666666666667, 0.9,
                0.8875000000000001, 0.875, 0.8625, 0.8500000000000001, 0.8666666666666667, 0.8833333333333334, 0.9,
                0.89375, 0.8875000000000001, 0.8812500000000001, 0.875, 0.8833333333333334, 0.8916666666666667, 0.9,
                0.8968750000000001, 0.89375, 0.890625, 0.8875000000000001, 0.8916666666666667, 0.8958333333333334,
                0.9, 0.8984375);
    }

    // run(lambda o: CyclicLR(o, .1, .2, step_size_up=3, step_size_down=6, mode='exp_range', gamma=.94,
    //     base_momentum=.6, max_momentum=.95), n=30)
    @Test
    void expRange() {
        same(CyclicSchedule.from(0.25).withMax(0.5).withSteps(3, 6).withExpRange(0.94).withMomenta(0.6, 0.95), 0.4,
                0.1, 0.13133333333333336, 0.1589066666666667, 0.18305839999999995, 0.16506241333333332,
                0.14892693482666663, 0.1344934890528, 0.12161591980642134, 0.11015948230901804, 0.1,
                0.11795383713649665, 0.1337532138166137, 0.14759203148142527, 0.13728042466044982, 0.1280348793446583,
                0.11976458993798406, 0.11238580969447003, 0.10582133055640092, 0.1, 0.1102874553592717,
                0.11934041607543078, 0.1272699866663574, 0.12136148955531328, 0.11606384014559559, 0.1113250073026449,
                0.10709700457632414, 0.10333559215087235, 0.1, 0.10589465844902159, 0.11108195788416061);
    }

    // run(lambda o: CyclicLR(o, .1, .2, step_size_up=3, step_size_down=6, mode='exp_range', gamma=.94,
    //     base_momentum=.6, max_momentum=.95), n=30, key='momentum')
    @Test
    void expRangeMomentum() {
        same(CyclicSchedule.from(0.25).withMax(0.5).withSteps(3, 6).withExpRange(0.94).withMomenta(0.6,
                0.95).momentumSchedule(), 123,
                0.95, 0.8403333333333333, 0.7438266666666665, 0.6592956000000001, 0.7222815533333333,
                0.7787557281066667, 0.8292727883152, 0.8743442806775253, 0.9144418119184369, 0.95, 0.8871615700222617,
                0.831863751641852, 0.7834278898150115, 0.8195185136884257, 0.851877922293696, 0.8808239352170557,
                0.9066496660693548, 0.9296253430525968, 0.95, 0.9139939062425491, 0.8823085437359922,
                0.8545550466677492, 0.8752347865564035, 0.8937765594904153, 0.9103624744407428, 0.9251604839828655,
                0.9383254274719468, 0.95, 0.9293686954284245, 0.9112131474054378);
    }

    // rates = run(lambda o: CyclicLR(o, .1, .3), n=4003)
    // [rates[k] for k in (0, 1, 1000, 1999, 2000, 2001, 3000, 4000, 4002)]
    @Test
    void twoThousandStepsUpAndDownByDefault() {
        LongToDoubleFunction rates = k -> CyclicSchedule.from(1 / 3.0).value(0.3, k);
        assertThat(LongStream.of(0, 1, 1000, 1999, 2000, 2001, 3000, 4000, 4002).mapToDouble(rates).toArray())
                .containsExactly(new double[] {
                    0.1, 0.10010000000000004, 0.2, 0.29990000000000006, 0.3, 0.29990000000000006, 0.2, 0.1,
                    0.1001999999999999}, within(1e-13));
    }

    @Test
    void theSequenceOfTheNotes() {
        sameWithin(1e-5, OneCycleSchedule.over(10), 1,
                0.04, 0.52, 1, 0.950485, 0.811746, 0.611262, 0.388742, 0.188258, 0.049519, 4e-6);
    }

    @Test
    void afterTheCycleTheEndStays() {
        OneCycleSchedule schedule = OneCycleSchedule.over(10);
        assertThat(schedule.factor(10)).isEqualTo(schedule.factor(9));
        assertThat(schedule.factor(Long.MAX_VALUE)).isEqualTo(schedule.factor(9));
        assertThat(schedule.momentum(1000)).isEqualTo(0.95);
    }

    @Test
    void aRiseOfNoStepsStartsAtThePeak() { // PyTorch divides by zero
        assertThat(OneCycleSchedule.over(10).withPctStart(0.1).factor(0)).isEqualTo(1);
        assertThat(OneCycleSchedule.over(1).withPctStart(1).factor(0)).isEqualTo(1);
    }
}

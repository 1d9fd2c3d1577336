package dev.gatun.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gatun.data.image.disturbance.Disturbance;
import dev.gatun.lab.TrialResult.Measured;
import dev.gatun.update.rule.AdamHyperparameters;
import dev.gatun.update.Scheduled;
import dev.gatun.update.rule.SgdHyperparameters;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A study of three optimizers and two seeds, made by hand. */
class CriteriaTest {
    private static final LabOptions OPTIONS = LabOptions.defaults().withSeeds(2).withLabelNoise(List.of(0.2, 0.4))
            .withInputNoise(List.of(0.5)).withImbalance(10).withRateFactors(List.of(0.1, 10.0)).withTarget(0.9)
            .withSuccess(0.8);
    private static final Contender GOOD = new Contender("good", AdamHyperparameters.ADAM);
    private static final Contender SLOW = new Contender("slow", SgdHyperparameters.DEFAULTS);
    private static final Contender STUCK = new Contender("stuck", SgdHyperparameters.DEFAULTS.withMomentum(0.9));

    private static TrialResult result(double... accuracies) {
        List<Measured> curve = new ArrayList<>();
        for (int i = 0; i < accuracies.length; i++) {
            curve.add(new Measured(10L * (i + 1), 2.5 * (i + 1), accuracies[i], 1));
        }
        return new TrialResult(List.of(1f, 1f), curve, 2.5 * accuracies.length, false);
    }

    private static Ranking ranking() {
        Map<Trial, TrialResult> results = new HashMap<>();
        for (Trial trial : Trial.all(List.of(GOOD, SLOW, STUCK), OPTIONS)) {
            results.put(trial, result(0.1)); // stuck, whatever happens
        }
        for (long seed = 1; seed <= 2; seed++) {
            results.put(Trial.clean(GOOD, seed), result(0.7, 0.96, seed == 1 ? 0.95 : 0.97));
            results.put(Trial.clean(SLOW, seed), result(0.3, 0.7, seed == 1 ? 0.9 : 0.88));
            for (Disturbance noise : List.of(new Disturbance.LabelNoise(0.2), new Disturbance.LabelNoise(0.4),
                    new Disturbance.InputNoise(0.5), new Disturbance.Imbalance(10))) {
                results.put(Trial.disturbed(GOOD, noise, seed), result(0.86));
                results.put(Trial.disturbed(SLOW, noise, seed), result(0.85));
            }
        }
        results.put(Trial.rate(SLOW, 0.1), result(0.8));
        return Criteria.rank(new Study(List.of(GOOD, SLOW, STUCK), OPTIONS, results));
    }

    private static List<Double> values(String key) {
        return ranking().criteria().stream().flatMap(criterion -> criterion.measures().stream())
                .filter(measure -> measure.key().equals(key)).findFirst().orElseThrow().values();
    }

    @Test
    void accuracyIsTheMeanOverSeeds() {
        assertThat(values("accuracy_final").get(0)).isCloseTo(0.96, within(1e-12));
        assertThat(values("accuracy_final").get(1)).isCloseTo(0.89, within(1e-12));
        assertThat(values("accuracy_best").get(0)).isCloseTo(0.965, within(1e-12));
    }

    @Test
    void speedNeedsEverySeed() {
        assertThat(values("steps_to_target")).containsExactly(20.0, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);
        assertThat(values("seconds_to_target").getFirst()).isEqualTo(5);
    }

    @Test
    void whoeverLearntNothingHasNoSpreadAndNothingToLose() {
        assertThat(values("accuracy_deviation").get(0)).isCloseTo(Math.sqrt(2) * 0.01, within(1e-12));
        assertThat(values("label_noise_drop").get(0)).isCloseTo(0.1, within(1e-12));
        assertThat(values("input_noise_drop").get(1)).isCloseTo(0.04, within(1e-12));
        assertThat(values("accuracy_deviation").get(2)).isNaN();
        assertThat(values("label_noise_drop").get(2)).isNaN();
    }

    @Test
    void robustnessSeesClassesAndLearningRates() {
        assertThat(values("imbalance_accuracy")).containsExactly(0.86, 0.85, 0.1);
        List<Double> decades = values("rate_decades");
        assertThat(decades.get(0)).isCloseTo(2 * 0.15 / 0.85, within(1e-12)); // seed 1: 0.95 falls to 0.1 on both sides
        assertThat(decades.get(1)).isCloseTo(1 + 0.1 / 0.8, within(1e-12)); // 0.9: 0.8 below, 0.1 above
        assertThat(decades.get(2)).isZero();
    }

    @Test
    void ranksAreMeansOfRanks() {
        Ranking ranking = ranking();
        assertThat(ranking.criteria()).extracting(Criterion::name)
                .containsExactly("accuracy", "speed", "stability", "noise", "robustness");
        assertThat(ranking.criteria().get(0).ranks()).containsExactly(1.0, 2.0, 3.0);
        assertThat(ranking.criteria().get(1).ranks()).containsExactly(1.0, 2.5, 2.5);
        assertThat(ranking.criteria().get(3).ranks()).as("slow loses less").containsExactly(2.0, 1.0, 3.0);
        assertThat(ranking.criteria().get(4).ranks()).as("one first place each").containsExactly(1.5, 1.5, 3.0);
        assertThat(ranking.order()).containsExactly(0, 1, 2);
    }

    @Test
    void oneSeedHasNoSpread() {
        assertThat(Criteria.deviation(List.of(result(0.5)))).isNaN();
    }

    @Test
    void everyRunIsPlannedOnce() {
        List<Trial> trials = Trial.all(List.of(GOOD, SLOW, STUCK), OPTIONS);
        assertThat(trials).doesNotHaveDuplicates().hasSize(3 * (2 * (1 + 2 + 1 + 1) + 2));
        assertThat(trials.getLast().label()).isEqualTo("stuck, learning rate 0.01, seed 1");
        assertThat(trials.getLast().numbers()).isEqualTo(STUCK.numbers().with(Scheduled.LEARNING_RATE, 0.01));
        assertThat(trials.get(6).label()).isEqualTo("good, label noise 0.2, seed 1");
    }
}

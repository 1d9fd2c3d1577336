package dev.gatun.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gatun.io.json.Json;
import dev.gatun.lab.Measure.Better;
import dev.gatun.lab.TrialResult.Measured;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What is counted and measured of a run, on curves made by hand. */
class MeasuresTest {
    private static final List<Measured> CURVE = List.of(new Measured(10, 0.1, 0.5, 1.5),
            new Measured(20, 0.2, 0.9, 0.5),
            new Measured(30, 0.3, 0.85, 0.6));

    private static TrialResult losses(Float... losses) {
        return new TrialResult(List.of(losses), CURVE, 1, false);
    }

    @Test
    void aSpikeIsFarAboveTheMedianBefore() {
        List<Float> losses = new ArrayList<>(Collections.nCopies(60, 1f));
        assertThat(LossSpikes.count(losses, 4)).isZero();
        losses.set(9, 100f); // too early to know what is usual
        losses.set(20, 4f); // not above four times
        losses.set(30, 4.1f);
        losses.set(31, 50f); // the median does not mind the last one
        assertThat(LossSpikes.count(losses, 4)).isEqualTo(2);
        assertThat(LossSpikes.count(losses, 3)).isEqualTo(3);
        assertThat(LossSpikes.count(List.of(1f, 9f), 4)).isZero();
    }

    @Test
    void theMedianRunsAlong() {
        List<Float> losses = new ArrayList<>(Collections.nCopies(60, 10f));
        losses.addAll(Collections.nCopies(60, 1f));
        losses.add(8f); // usual once, but not any more
        assertThat(LossSpikes.count(losses, 4)).isEqualTo(1);
        assertThat(LossSpikes.median(List.of(3f, 1f, 2f))).isEqualTo(2);
        assertThat(LossSpikes.median(List.of(4f, 1f, 2f, 3f))).isEqualTo(2.5);
    }

    @Test
    void aRunDivergesWhereItEndsFarAboveItsBeginning() {
        assertThat(losses(2.3f, 1f, 0.5f).diverged()).isFalse();
        assertThat(losses(2.3f, 2.5f, 2.4f).diverged()).as("learns nothing").isFalse();
        assertThat(losses(2.3f, 9f, 9f, 9f).diverged()).isTrue();
        assertThat(new TrialResult(List.of(), CURVE, 1, true).diverged()).isTrue();
    }

    @Test
    void findsTheEndTheBestAndTheTarget() {
        TrialResult result = losses(1f);
        assertThat(result.accuracy()).isEqualTo(0.85);
        assertThat(result.bestAccuracy()).isEqualTo(0.9);
        assertThat(result.reached(0.85)).contains(CURVE.get(1));
        assertThat(result.reached(0.5)).contains(CURVE.getFirst());
        assertThat(result.reached(0.91)).isEmpty();
        assertThatThrownBy(() -> new TrialResult(List.of(), List.of(), 1, false))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aResultSurvivesItsJson() {
        TrialResult result = new TrialResult(List.of(2.5f, 0.1f), List.of(new Measured(7, 0.25, 0.1, Double.NaN)), 0.5,
                true);
        assertThat(TrialResult.fromJson(Json.parseObject(Json.write(result.toJson()), "test"))).isEqualTo(result);
        for (String key : List.of("curve", "losses", "non_finite", "seconds")) {
            Map<String, Object> broken = new TreeMap<>(result.toJson());
            broken.put(key, "x");
            assertThatThrownBy(() -> TrialResult.fromJson(broken)).as(key).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void theWidthOfLearningRatesIsInterpolatedAtItsEnds() {
        Map<Double, Double> accuracies = new TreeMap<>(Map.of(0.01, 0.1, 0.1, 0.9, 1.0, 0.95, 10.0, 0.8, 100.0, 0.1));
        // Down: 1 decade, and half of the next (0.9 to 0.1 crosses 0.5); up: 1, and 3/7 of the next (0.8 to 0.1).
        assertThat(RateWidth.decades(accuracies, 0.5)).isCloseTo(1.5 + 1 + 3 / 7.0, within(1e-12));
        assertThat(RateWidth.decades(accuracies, 0.05)).as("the whole range").isCloseTo(4, within(1e-12));
        assertThat(RateWidth.decades(accuracies, 0.96)).as("the default fails").isZero();
        accuracies.put(10.0, 0.1); // what lies beyond a failure does not count
        accuracies.put(100.0, 0.99);
        assertThat(RateWidth.decades(accuracies, 0.95)).isCloseTo(0, within(1e-12));
        accuracies.put(0.1, Double.NaN);
        assertThat(RateWidth.decades(accuracies, 0.9)).isCloseTo(0.05 / 0.85, within(1e-12));
    }

    @Test
    void equalValuesShareTheirRanks() {
        double[] values = {0.9, 0.8, 0.9, Double.NaN, 0.7};
        assertThat(Ranks.of(values, Better.HIGHER)).containsExactly(1.5, 3, 1.5, 5, 4);
        assertThat(Ranks.of(values, Better.LOWER)).containsExactly(3.5, 2, 3.5, 5, 1);
        assertThat(Ranks.of(new double[] {5, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY}, Better.LOWER))
                .containsExactly(1, 2.5, 2.5);
    }

    @Test
    void numbersAreShort() {
        assertThat(List.of(Texts.number(0), Texts.number(0.02), Texts.number(120), Texts.number(12345.6),
                Texts.number(3.1623e-5), Texts.number(1e6), Texts.number(1.2345), Texts.number(Double.NaN)))
                .containsExactly("0", "0.02", "120", "12346", "3.16e-05", "1e+06", "1.23", "-");
    }
}

package dev.gatun.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatun.io.json.Json;
import dev.gatun.lab.TrialResult.Measured;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What is counted and measured of a run, on curves made by hand. */
class TrialResultTest {
    private static final List<Measured> CURVE = List.of(new Measured(10, 0.1, 0.5, 1.5),
            new Measured(20, 0.2, 0.9, 0.5),
            new Measured(30, 0.3, 0.85, 0.6));

    private static TrialResult losses(Float... losses) {
        return new TrialResult(List.of(losses), CURVE, 1, false);
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
}

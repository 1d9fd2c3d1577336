package dev.gatun.cli.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gatun.io.json.Json;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StepCurveTest {
    private static StepCurve of(int steps) {
        StepCurve curve = new StepCurve();
        for (int i = 1; i <= steps; i++) {
            curve.add(i, i, i, 64, 1_000_000_000);
        }
        return curve;
    }

    @Test
    void aShortRunHasAPointForEachStep() {
        StepCurve curve = of(3);
        assertThat(curve.steps()).containsExactly(1, 2, 3);
        assertThat(curve.losses()).containsExactly(1, 2, 3);
        assertThat(curve.rates()).containsExactly(1, 2, 3);
        assertThat(curve.imagesPerSecond()).containsExactly(64, 64, 64);
    }

    @Test
    void aLongRunHasMeansOfNeighbours() {
        StepCurve curve = of(10_000);
        assertThat(curve.steps()).hasSizeBetween(StepCurve.POINTS / 2, StepCurve.POINTS).contains(10_000);
        assertThat(curve.steps()[0]).isEqualTo(16);
        assertThat(curve.losses()[0]).isEqualTo(8.5);
        assertThat(curve.rates()[0]).isEqualTo(16);
        assertThat(Arrays.stream(curve.imagesPerSecond()).distinct()).containsExactly(64.0);
    }

    @Test
    void goesOnFromWhatWasWritten() {
        StepCurve read = StepCurve.read(Json.parseObject(Json.write(of(3_000).toJson()), "test"));
        read.truncateAfter(2_000);
        assertThat(read.steps()[read.steps().length - 1]).isEqualTo(2_000);
        for (int i = 2_001; i <= 10_000; i++) {
            read.add(i, i, i, 64, 1_000_000_000);
        }
        assertThat(read.losses()).containsExactly(of(10_000).losses(), within(1e-9));
    }

    @Test
    void whatIsDamagedBeginsAnew() {
        for (String json : new String[] {"{}", "{\"steps_per_point\":0,\"points\":[]}",
            "{\"steps_per_point\":1,\"points\":[[1,1,1,1,1]]}", "{\"steps_per_point\":1,\"points\":[[1,1,\"a\",1,1,1]]}"
        }) {
            Map<String, Object> damaged = Json.parseObject(json, "test");
            assertThat(StepCurve.read(damaged).steps()).as(json).isEmpty();
        }
    }
}

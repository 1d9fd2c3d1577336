package dev.gatun.train.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BestEpochTest {
    @Test
    void aRunEndsWhenNoEpochImprovesByMoreThanDelta() {
        BestEpoch best = new BestEpoch(EarlyStopping.parse("2,delta=0.1"));
        assertThat(best.exists()).isFalse();
        assertThat(best.add(1, 10, 1.0)).isTrue();
        assertThat(best.add(2, 20, 0.95)).as("the best, but no improvement").isTrue();
        assertThat(best.waited()).isEqualTo(1);
        assertThat(best.add(3, 30, 0.85)).as("better than the first by more than delta").isTrue();
        assertThat(best.waited()).isZero();
        assertThat(best.add(4, 40, 0.9)).isFalse();
        assertThat(best.isOver()).isFalse();
        assertThat(best.add(5, 50, Double.NaN)).isFalse();
        assertThat(best.isOver()).isTrue();
        assertThat(best.epoch()).isEqualTo(3);
        assertThat(best.step()).isEqualTo(30);
        assertThat(best.value()).isEqualTo(0.85);
        best.restartPatience();
        assertThat(best.isOver()).isFalse();
    }

    @Test
    void moreAccuracyIsBetterAndWithoutPatienceNothingEnds() {
        BestEpoch best = new BestEpoch(EarlyStopping.NEVER.withMonitor(Monitor.ACCURACY));
        assertThat(best.add(1, 1, 0.5)).isTrue();
        assertThat(best.add(2, 2, 0.5)).as("the first of equals").isFalse();
        assertThat(best.add(3, 3, 0.6)).isTrue();
        for (int i = 4; i < 100; i++) {
            assertThat(best.add(i, i, 0.1)).isFalse();
        }
        assertThat(best.isOver()).isFalse();
        assertThat(best.epoch()).isEqualTo(3);
    }

    @Test
    void goesOnFromItsState() {
        EarlyStopping options = EarlyStopping.parse("3,delta=0.5");
        BestEpoch best = new BestEpoch(options);
        best.add(1, 10, 1.0);
        best.add(2, 20, 0.8);
        BestEpoch other = new BestEpoch(options);
        other.restore(best.state());
        assertThat(other.state()).isEqualTo(best.state());
        for (BestEpoch each : new BestEpoch[] {best, other}) {
            each.add(3, 30, 0.6);
            each.add(4, 40, 0.55);
            assertThat(each.isOver()).isTrue();
            assertThat(each.epoch()).isEqualTo(4);
        }
        other.restore(Map.of());
        assertThat(other.exists()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"monitor", "epoch", "step", "value", "compared_with", "waited"})
    void refusesADamagedState(String field) {
        BestEpoch best = new BestEpoch(EarlyStopping.NEVER);
        best.add(1, 10, 1.0);
        Map<String, Object> state = new LinkedHashMap<>(best.state());
        state.put(field, "x");
        assertThatIllegalArgumentException().isThrownBy(() -> new BestEpoch(EarlyStopping.NEVER).restore(state));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "5", "5,delta=0.001"})
    void readsWhatItWrites(String text) {
        assertThat(EarlyStopping.parse(text).text()).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "-1", "5,", "5,0.1", "5,delta=", "5,delta=-1", "5,delta=NaN", "5,delta=1,2"})
    void refusesOtherWords(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> EarlyStopping.parse(text));
    }
}

package dev.gatun.optim.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ScheduleTest {
    @Test
    void aCosineFallsFromOneToZeroAndStays() {
        Schedule cosine = new Schedule.Cosine(0, 6);
        double[] wanted = {1, 0.933013, 0.75, 0.5, 0.25, 0.066987, 0, 0, 0};
        for (int step = 0; step < wanted.length; step++) {
            assertThat(cosine.factor(step)).as("step %s", step).isCloseTo(wanted[step], within(1e-6));
        }
    }

    @Test
    void aWarmUpRisesToTheTopOfTheCosine() {
        Schedule cosine = new Schedule.Cosine(3, 9);
        double[] wanted = {0.25, 0.5, 0.75, 1, 0.933013, 0.75, 0.5, 0.25, 0.066987, 0};
        for (int step = 0; step < wanted.length; step++) {
            assertThat(cosine.factor(step)).as("step %s", step).isCloseTo(wanted[step], within(1e-6));
        }
    }

    @Test
    void edgesOfCosines() {
        assertThat(new Schedule.Cosine(0, 1).factor(0)).isEqualTo(1);
        assertThat(new Schedule.Cosine(4, 4).factor(3)).isEqualTo(0.8);
        assertThat(new Schedule.Cosine(1, 1L << 40).factor(1L << 39)).isCloseTo(0.5, within(1e-9));
        assertThatThrownBy(() -> new Schedule.Cosine(5, 4)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Schedule.Cosine(-1, 4)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Schedule.Cosine(0, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aConstantStays() {
        assertThat(new Schedule.Constant().factor(12345)).isEqualTo(1);
    }
}

package dev.gatun.optim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.optim.schedule.ExponentialSchedule;
import dev.gatun.optim.schedule.RunLength;
import dev.gatun.optim.schedule.Schedule;
import org.junit.jupiter.api.Test;

class StochasticAverageTest {
    private static final RunLength RUN = new RunLength(20, 2);

    @Test
    void anAverageHoldsItsLearningRateFromItsFirstEpochOn() {
        Schedule halves = new ExponentialSchedule(0.5);
        Schedule held = StochasticAverage.from(3).withLearningRate(0.3).over(halves, RUN);
        double[] wanted = {8, 4, 2, 1, 0.3, 0.3};
        for (int step = 0; step < wanted.length; step++) {
            assertThat(held.value(8, step)).isEqualTo(wanted[step]);
        }
        assertThat(StochasticAverage.from(1).withLearningRate(0.3).over(halves, RUN).value(8, 0)).isEqualTo(0.3);
        assertThat(StochasticAverage.from(3).over(halves, RUN)).isSameAs(halves);
    }
}

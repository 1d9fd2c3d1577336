package dev.gatun.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.memory.NoLeaks;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Some thousand cases of one seed; {@code ci/nightly} runs more, of other seeds. */
@ExtendWith(NoLeaks.class)
class RandomOperationsTest {
    private static final long SEED = 1;
    private static final long CASES = 4800;

    @Test
    void everyDeviceGivesTheOraclesNumbers() {
        Tally tally = RandomOperations.run(SEED, CASES);
        assertThat(tally.failed()).as(tally.text()).isZero();
        assertThat(tally.cases()).isGreaterThanOrEqualTo(CASES);
    }
}

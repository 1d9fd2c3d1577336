package dev.gatun.train.parallel.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkerRoundsTest {
    @Test
    void aWorkerThatIsTooFarAheadWaits() {
        WorkerRounds rounds = new WorkerRounds(2, 2);
        for (int round = 1; round <= 2; round++) {
            rounds.finish(0, false);
            assertThat(rounds.mayGoOn(0)).isTrue();
            rounds.goOn(0);
            assertThat(rounds.mayGoOn(0)).as("it does not wait").isFalse();
        }
        rounds.finish(0, false);
        assertThat(rounds.mayGoOn(0)).isFalse();
        assertThatThrownBy(() -> rounds.finish(0, false)).isInstanceOf(IllegalStateException.class);
        rounds.finish(1, false);
        assertThat(rounds.mayGoOn(0)).isTrue();
        assertThat(rounds.mayGoOn(1)).isTrue();
        assertThat(rounds.total()).isEqualTo(4);
    }

    @Test
    void whoeverHasEndedTheEpochWaitsForNothing() {
        WorkerRounds rounds = new WorkerRounds(3, 1);
        rounds.start(0, 5, true);
        rounds.start(1, 3, false);
        rounds.start(2, 4, false);
        assertThat(rounds.firstComputing()).isEqualTo(1);
        rounds.finish(1, false);
        assertThat(rounds.mayGoOn(0)).isFalse();
        assertThat(rounds.mayGoOn(1)).isTrue();
        assertThat(rounds.firstComputing()).isEqualTo(2);
        rounds.finish(2, true);
        assertThat(rounds.anyComputes()).isFalse();
        rounds.startEpoch();
        assertThat(rounds.total()).isZero();
        assertThat(rounds.anyComputes()).isTrue();
    }

    /** In any order in which gradients may come, parameters are not older than the bound says, and nobody is stuck. */
    @ParameterizedTest
    @CsvSource({"2,0", "3,0", "3,2", "5,1", "8,4"})
    void agesAreBounded(int workers, int staleness) {
        Random random = new Random(5);
        WorkerRounds rounds = new WorkerRounds(workers, staleness);
        long[] pulled = new long[workers];
        long most = 0;
        int worker = 0;
        for (long updates = 0; updates < 20_000; updates++) {
            while (!rounds.computes(worker) || random.nextInt(20) == 0) { // now one is fast, now another
                worker = random.nextInt(workers);
            }
            most = Math.max(most, updates - pulled[worker]);
            rounds.finish(worker, false);
            for (int each = 0; each < workers; each++) {
                if (rounds.mayGoOn(each)) {
                    rounds.goOn(each);
                    pulled[each] = updates + 1;
                }
            }
            assertThat(rounds.anyComputes()).isTrue();
        }
        assertThat(most).isBetween((workers - 1L) * (staleness + 1), (workers - 1L) * (2L * staleness + 1));
    }
}

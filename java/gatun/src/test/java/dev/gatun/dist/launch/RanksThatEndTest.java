package dev.gatun.dist.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ranks as processes: what becomes of the others when one dies or is stopped in the middle of a sum. */
class RanksThatEndTest {
    private static final int RANKS = 3;

    /** Long enough for a machine that is busy with other tests. */
    private static final String HEARTBEAT_MILLIS = "3000";

    @TempDir
    private Path folder;

    private static List<Path> sharedFiles() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/dev/shm"))) {
            return files.filter(file -> file.getFileName().toString().startsWith("gatun-")).toList();
        }
    }

    @Test
    void processesOfOneMachineShareMemoryThatHasNoNameAnyMore() throws Exception {
        try (RankProcesses ranks = RankProcesses.start(RANKS, folder, "auto", HEARTBEAT_MILLIS, "20")) {
            for (int rank = 0; rank < RANKS; rank++) {
                assertThat(ranks.code(rank)).as(ranks.output(rank)).isZero();
                assertThat(ranks.output(rank)).isEqualTo("correct shared memory\ndone\n");
            }
        }
        assertThat(sharedFiles()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0,tcp", "1,shared_memory"})
    void aRankThatIsKilledIsNamedByAllOthers(int victim, String transport) throws Exception {
        try (RankProcesses ranks = RankProcesses.start(RANKS, folder, transport, HEARTBEAT_MILLIS, "0")) {
            ranks.await("correct");
            ranks.signal(victim, "KILL");
            for (int rank = 0; rank < RANKS; rank++) {
                if (rank != victim) {
                    assertThat(ranks.code(rank)).as(ranks.output(rank)).isEqualTo(9);
                    assertThat(ranks.output(rank).lines().toList().getLast()).matches("failed rank " + victim
                            + " \\(process " + ranks.pid(victim) + " on \\S+\\) died: its connection .*");
                }
            }
        }
        assertThat(sharedFiles()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0,shared_memory", "1,tcp"})
    void aRankThatIsStoppedIsGivenUpAndNoticesWhenItGoesOn(int victim, String transport) throws Exception {
        try (RankProcesses ranks = RankProcesses.start(RANKS, folder, transport, HEARTBEAT_MILLIS, "0")) {
            ranks.await("correct");
            ranks.signal(victim, "STOP");
            String hangs = "rank " + victim + " \\(process " + ranks.pid(victim)
                    + " on \\S+\\) hangs: no sign of life for 3 s";
            for (int rank = 0; rank < RANKS; rank++) {
                if (rank != victim) {
                    assertThat(ranks.code(rank)).as(ranks.output(rank)).isEqualTo(9);
                    assertThat(ranks.output(rank).lines().toList().getLast()).matches("failed " + hangs);
                }
            }
            ranks.signal(victim, "CONT");
            assertThat(ranks.code(victim)).as(ranks.output(victim)).isEqualTo(9);
            assertThat(ranks.output(victim).lines().toList().getLast())
                    .matches("failed the others have given rank " + victim + " .* up: " + hangs);
        }
    }
}

package dev.gatun.mpi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.memory.NoLeaks;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What ranks say when MPI or another rank fails, over the doubles; all of them end. */
@ExtendWith(NoLeaks.class)
class MpiFailureTest {
    private static final String WHOLE = "RANKS:1073741824";

    @TempDir
    static Path folder;

    private static List<Ranks.Ended> run(Family family, String action, Map<String, String> special) throws Exception {
        return MpiDouble.run(folder, family, 2, List.of(), action, WHOLE, special);
    }

    @ParameterizedTest
    @CsvSource({"OPEN_MPI,MPI_Isend to rank 0,16", "MPICH,MPI_Irecv from rank 0,15", "STANDARD_ABI,MPI_Testall,16"})
    void namesTheCallThatFailed(Family family, String call, int number) throws Exception {
        Ranks.Ended last = run(family, "failure",
                Map.of("MPI_DOUBLE_FAIL", call.split(" ", -1)[0] + " 3")).getLast();
        assertThat(last.said()).as(last.output()).first().asString().isEqualTo(call
                + " failed with MPI_ERR_OTHER (" + (number + 0x100) + "): words of the double; for class " + number);
        assertThat(last.status()).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource({"OPEN_MPI,15", "MPICH,14", "STANDARD_ABI,15"})
    void namesTheMessageThatFailed(Family family, int number) throws Exception {
        Ranks.Ended first = run(family, "failure", Map.of("MPI_DOUBLE_LOSE", "MPI_Isend 2")).getFirst();
        assertThat(first.said()).as(first.output()).first().asString().startsWith(
                "MPI_Irecv from rank 1 failed with MPI_ERR_TRUNCATE (" + (number + 0x100) + ")");
        assertThat(first.status()).isEqualTo(3);
    }

    @Test
    void doesNotWaitForEverForARankThatIsSilent() throws Exception {
        List<Ranks.Ended> ended = run(Family.OPEN_MPI, "silent", Map.of());
        assertThat(ended.getFirst().said()).as(ended.getFirst().output()).containsExactly(
                "then: rank 0 gave up: it waited 0 s for the others in barrier 2 of 1 bytes: a rank hangs, or has"
                        + " other work to do",
                "rank 0 waited 0 s for the others in barrier 2 of 1 bytes: a rank hangs, or has other work to do");
        assertThat(ended.getFirst().output()).contains("the process ends without MPI_Finalize, with 0 requests");
        assertThat(ended.getLast().said()).as(ended.getLast().output()).containsExactly("silent",
                "an exchange over MPI has failed in this process: begin anew in another process");
    }

    @ParameterizedTest
    @CsvSource({"MPICH,dead", "STANDARD_ABI,dead"})
    void doesNotWaitForEverForARankThatDied(Family family, String action) throws Exception {
        Ranks.Ended first = run(family, action, Map.of()).getFirst();
        assertThat(first.said()).as(first.output()).singleElement().asString().contains("waited 0 s for the others");
        assertThat(first.status()).isEqualTo(3);
    }

    @Test
    void doesNotWaitForEverForALibraryThatMovesNothing() throws Exception {
        Ranks.Ended first = run(Family.MPICH, "dead", Map.of("MPI_DOUBLE_DEAF", "yes")).getFirst();
        assertThat(first.said()).as(first.output()).singleElement().asString().contains("in barrier 1");
    }

    @Test
    void doesNotWaitForEverForTheBegin() throws Exception {
        Ranks.Ended last = run(Family.OPEN_MPI, "begin", Map.of("MPI_DOUBLE_STUCK", "MPI_Init_thread")).getLast();
        assertThat(last.said()).containsExactly("MPI_Init_thread did not return within 0 s: not all ranks have"
                + " started, or they cannot reach each other");
        assertThat(last.status()).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource({"OPEN_MPI,1,2", "STANDARD_ABI,1024,2048"})
    void refusesALibraryWithoutThreads(Family family, int level, int needed) throws Exception {
        Ranks.Ended last = MpiDouble.run(folder, family, 1, List.of(), "begin", WHOLE,
                Map.of("MPI_DOUBLE_LEVEL", "" + level)).getLast();
        assertThat(last.said()).as(last.output()).singleElement().asString().endsWith(" offers thread level " + level
                + " where MPI_THREAD_SERIALIZED (" + needed + ") is needed: use one that was built with threads");
    }

    @Test
    void refusesAnotherRankThanTheGroups() throws Exception {
        Ranks.Ended last = MpiDouble.run(folder, Family.MPICH, 1, List.of(), "operations", WHOLE,
                Map.of("TEST_RANK", "2", "TEST_SIZE", "4")).getLast();
        assertThat(last.said()).as(last.output()).singleElement().asString()
                .startsWith("this is rank 2 of 4, but rank 0 of 1 for MPICH Version: ")
                .endsWith(": start all ranks with the mpirun or srun of this MPI, or choose another transport");
    }
}

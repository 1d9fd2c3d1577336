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
import org.junit.jupiter.params.provider.EnumSource;

/** Collective operations of processes over the double of each family: see {@link RankProgram} for what is compared. */
@ExtendWith(NoLeaks.class)
class MpiTransportTest {
    @TempDir
    static Path folder;

    @ParameterizedTest
    @CsvSource({"OPEN_MPI,2,1073741824", "OPEN_MPI,3,4000", "MPICH,4,1073741824", "STANDARD_ABI,2,65536"})
    void computesAsEveryTransport(Family family, int ranks, long pieceBytes) throws Exception {
        for (Ranks.Ended rank : MpiDouble.run(folder, family, ranks, List.of(), "operations", "RANKS:" + pieceBytes,
                Map.of())) {
            assertThat(rank.said()).as(rank.output()).containsExactly("done");
            assertThat(rank.output()).contains("mpi double: finalized");
            assertThat(rank.status()).as(rank.output()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void leavesTheOrderOfSumsToTheLibrary(Family family) throws Exception {
        for (Ranks.Ended rank : MpiDouble.run(folder, family, 3, List.of("-Dorder=any"), "operations", "ANY:40000",
                Map.of())) {
            assertThat(rank.said()).as(rank.output()).containsExactly("done");
            assertThat(rank.status()).as(rank.output()).isZero();
        }
    }

    @Test
    void allocatesNothing() throws Exception {
        for (Ranks.Ended rank : MpiDouble.run(folder, Family.MPICH, 2, List.of(), "quiet", "RANKS:1073741824",
                Map.of())) {
            assertThat(rank.said()).as(rank.output()).containsExactly("done");
        }
    }

    @Test
    void tellsAllRanksWhereTheFirstIs() throws Exception {
        List<String> said = MpiDouble.run(folder, Family.OPEN_MPI, 3, List.of(), "address", "RANKS:4", Map.of())
                .stream().map(rank -> rank.said().getFirst()).distinct().toList();
        assertThat(said).hasSize(1);
        assertThat(said.getFirst()).matches(".+/<unresolved>:\\d+");
    }
}

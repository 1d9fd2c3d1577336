package dev.gatun.mpi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.gatun.memory.NoLeaks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same over an MPI that is installed: that of the {@code mpirun} which {@code GATUN_TEST_MPIRUN} names, or which is
 * on the {@code PATH}. Skipped where there is none.
 */
@ExtendWith(NoLeaks.class)
class RealMpiTest {
    @TempDir
    Path folder;

    private static Path launcher() {
        String named = System.getenv().getOrDefault("GATUN_TEST_MPIRUN", "");
        Optional<Path> found = named.isEmpty()
                ? Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
                        .map(path -> Path.of(path, "mpirun")).filter(Files::isExecutable).findFirst()
                : Optional.of(Path.of(named));
        assumeThat(found).as("mpirun, on the PATH or named by GATUN_TEST_MPIRUN").isPresent();
        return found.orElseThrow();
    }

    private Ranks.Ended run(int ranks, List<String> options, String action, String how)
            throws IOException, InterruptedException {
        Path launcher = launcher();
        List<String> command = new ArrayList<>(List.of(launcher.toString(), "-n", "" + ranks));
        command.addAll(Ranks.command(options, action, folder, how));
        Path output = folder.resolve("output");
        // Open MPI starts nothing for root, nor more ranks than processors, unless it is asked to.
        Process process = Ranks.start(command, Map.of(
                "MPI_HOME", launcher.toAbsolutePath().resolve("../..").normalize().toString(),
                "OMPI_ALLOW_RUN_AS_ROOT", "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1",
                "OMPI_MCA_rmaps_base_oversubscribe", "1",
                "PRTE_MCA_rmaps_default_mapping_policy", ":oversubscribe"), output);
        try {
            return Ranks.await(process, output);
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void computesAsEveryTransport() throws Exception {
        Ranks.Ended ended = run(3, List.of(), "operations", "RANKS:4000");
        assertThat(ended.said()).as(ended.output()).containsExactly("done", "done", "done");
        assertThat(ended.status()).as(ended.output()).isZero();
    }

    @Test
    void leavesTheOrderOfSumsToTheLibrary() throws Exception {
        Ranks.Ended ended = run(4, List.of("-Dorder=any"), "operations", "ANY:40000");
        assertThat(ended.said()).as(ended.output()).containsExactly("done", "done", "done", "done");
        assertThat(ended.status()).as(ended.output()).isZero();
    }

    @Test
    void allocatesNothing() throws Exception {
        Ranks.Ended ended = run(2, List.of(), "quiet", "RANKS:1073741824");
        assertThat(ended.said()).as(ended.output()).containsExactly("done", "done");
    }

    @Test
    void tellsAllRanksWhereTheFirstIs() throws Exception {
        Ranks.Ended ended = run(3, List.of(), "address", "RANKS:4");
        assertThat(ended.said().stream().filter(line -> !line.equals("done")).distinct()).as(ended.output())
                .singleElement().asString().contains(":");
    }

    @Test
    void doesNotWaitForEverForARankThatIsSilent() throws Exception {
        Ranks.Ended ended = run(2, List.of(), "silent", "RANKS:1073741824");
        assertThat(ended.said()).as(ended.output())
                .anyMatch(line -> line.startsWith("rank 0 waited 0 s for the others in barrier"));
    }
}

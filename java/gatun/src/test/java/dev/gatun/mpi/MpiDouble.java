package dev.gatun.mpi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The double of an MPI library ({@code native/test/mpi_double.c}), compiled where there is a C compiler. */
final class MpiDouble {
    private static final Path SOURCE = Path.of("../../native/test/mpi_double.c");

    private MpiDouble() {}

    /** Compiles the double of a family; skips the test where that cannot be done. */
    static Path compile(Path folder, Family family) throws IOException, InterruptedException {
        Optional<Path> compiler = Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
                .map(path -> Path.of(path, "cc")).filter(Files::isExecutable).findFirst();
        assumeThat(compiler).as("a C compiler, cc, on the PATH").isPresent();
        assumeThat(Files.exists(SOURCE)).as("the source of the double, %s", SOURCE.toAbsolutePath()).isTrue();
        Path library = folder.resolve(family == Family.STANDARD_ABI ? "libmpi_abi.so.0"
                : family == Family.OPEN_MPI ? "libmpi.so.40" : "libmpi.so.12");
        if (!Files.exists(library)) {
            Process process = new ProcessBuilder(compiler.orElseThrow().toString(), "-std=c11", "-O1", "-shared",
                    "-fPIC", "-DMPI_DOUBLE_FLAVOUR=" + (family.ordinal() + 1), SOURCE.toString(), "-o",
                    library.toString(), "-pthread").redirectErrorStream(true).start();
            String words = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as("cc says: %s", words).isZero();
        }
        return library;
    }

    /**
     * Runs ranks over a double.
     *
     * @param special what the last rank has in its environment besides
     */
    static List<Ranks.Ended> run(Path folder, Family family, int ranks, List<String> options, String action,
            String how, Map<String, String> special) throws IOException, InterruptedException {
        Path library = compile(folder, family);
        Path meeting = Files.createTempDirectory(folder, "ranks");
        List<Process> processes = new ArrayList<>();
        try {
            for (int rank = 0; rank < ranks; rank++) {
                Map<String, String> environment = new HashMap<>(Map.of(Candidates.VARIABLE, library.toString(),
                        "MPI_DOUBLE_RANK", "" + rank, "MPI_DOUBLE_SIZE", "" + ranks,
                        "MPI_DOUBLE_FILE", meeting.resolve("memory").toString()));
                if (rank == ranks - 1) {
                    environment.putAll(special);
                }
                processes.add(Ranks.start(Ranks.command(options, action, meeting, how), environment,
                        meeting.resolve("output" + rank)));
            }
            List<Ranks.Ended> ended = new ArrayList<>();
            for (int rank = 0; rank < ranks; rank++) {
                ended.add(Ranks.await(processes.get(rank), meeting.resolve("output" + rank)));
            }
            return ended;
        } finally {
            processes.forEach(Process::destroyForcibly);
        }
    }
}

package dev.gatun.mpi;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/**
 * Names and paths under which an MPI may be found, the best first: what the user names, and then alone; that of
 * {@code MPI_HOME}; what the system's loader knows; folders of distributions.
 */
record Candidates(List<String> names, String origin) {
    static final String PROPERTY = "gatun.mpi.path";
    static final String VARIABLE = "GATUN_MPI";

    private static final List<String> OPEN_MPI = List.of("libmpi.so.40");
    /** Debian names MPICH's by another name than it has elsewhere. */
    private static final List<String> MPICH = List.of("libmpi.so.12", "libmpich.so.12");
    private static final List<String> OTHERS = List.of("libmpi_abi.so.0", "libmpi_abi.so.1", "libmpi.so");
    private static final List<String> FOLDERS = List.of("/usr/lib/x86_64-linux-gnu/openmpi/lib",
            "/usr/lib/aarch64-linux-gnu/openmpi/lib", "/usr/lib64/openmpi/lib", "/usr/lib64/mpich/lib",
            "/usr/lib/x86_64-linux-gnu/mpich/lib", "/opt/intel/oneapi/mpi/latest/lib", "/usr/local/lib");

    /** Variables that the launchers of MPICH and Intel's MPI set. */
    private static final List<String> HYDRA = List.of("PMI_SIZE", "MPI_LOCALNRANKS");
    private static final String OPEN_MPI_SIZE = "OMPI_COMM_WORLD_SIZE";

    /** Returns those of an environment; {@code named} is the property, or empty. */
    static Candidates of(String named, Map<String, String> environment) {
        String choice = named.isEmpty() ? environment.getOrDefault(VARIABLE, "") : named;
        if (!choice.isEmpty()) {
            return new Candidates(List.of(choice), named.isEmpty() ? VARIABLE : "-D" + PROPERTY);
        }
        // A process that MPICH's mpirun started must not take part in an Open MPI that is installed beside it.
        boolean hydra = !environment.containsKey(OPEN_MPI_SIZE) && HYDRA.stream().anyMatch(environment::containsKey);
        List<String> files = new ArrayList<>(hydra ? MPICH : OPEN_MPI);
        files.addAll(hydra ? OPEN_MPI : MPICH);
        files.addAll(OTHERS);
        LinkedHashSet<String> names = new LinkedHashSet<>();
        String home = environment.getOrDefault("MPI_HOME", "");
        if (!home.isEmpty()) {
            files.forEach(file -> names.add(Path.of(home, "lib", file).toString()));
        }
        names.addAll(files);
        FOLDERS.forEach(folder -> files.forEach(file -> names.add(folder + "/" + file)));
        return new Candidates(List.copyOf(names), "");
    }

    /** Whether the user named the one there is. */
    boolean isNamed() {
        return !origin.isEmpty();
    }
}
